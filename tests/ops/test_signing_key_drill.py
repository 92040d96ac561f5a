"""The drill of docs/operations.md, followed word for word, on a desk that goes on working."""

import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from contracts import services as contracts
from contracts.models import Certificate
from licensing import services as licensing
from licensing.models import Key, RevocationList
from supportdesk.outbox import sealing
from supportdesk.signing import keyring, selftest
from supportdesk.signing.verifier import read_keys, read_revocations, verify
from tests.builders import a_contract, a_period
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import an_application
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db(transaction=True)

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
START = datetime(2026, 11, 20, 0, tzinfo=UTC)
AT_THE_DESK = "2026-11-20 16:55"


def chapter(heading: str) -> list[list[str]]:
    """The lines of each fenced block under a heading of the drill."""
    after = MANUAL.split(f"### {heading}", 1)[1]
    text = re.split(r"^##", after, maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"^```\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in blocks]


def aliases() -> dict[str, str]:
    """The abbreviations as the manual introduces them, down to the command of ours."""
    found = re.findall(r"^alias (\w+)='(.*)'$", MANUAL, flags=re.MULTILINE)
    return {name: words.partition("manage.py ")[2] for name, words in found}


@dataclass
class Person:
    """Types what the manual says, on the machine of the issuer."""

    folder: Path
    clock: time_machine.Traveller
    printed: list[str] = field(default_factory=list)

    def follow(self, block: list[str]) -> str:
        return "".join(self.type(line) for line in block)

    def type(self, line: str) -> str:
        if waited := re.fullmatch(r"# (\d+) days later", line):
            self.clock.shift(timedelta(days=int(waited[1])))
            return ""
        line, _, target = line.partition(" > ")
        name, *words = shlex.split(line)
        out = StringIO()
        with redirect_stdout(out):
            call_command(aliases()[name], *words, stdout=out, stderr=StringIO())
        if target:
            (self.folder / target).write_text(out.getvalue())
        self.printed.append(out.getvalue())
        return out.getvalue()


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    set_desk_clock(AT_THE_DESK)
    with time_machine.travel(START, tick=False) as clock, a_key_ring(tmp_path, "2026a"):
        yield Person(tmp_path, clock)


def signed_now() -> list[str]:
    """The desk signs a key, a certificate and a revocation list, as it does every day."""
    an_application(AT_THE_DESK)
    assert licensing.issue_due(now=tokyo("2026-11-20 16:56")) == 1
    a_period(a_contract(), accepted_on="2026-11-02")
    contracts.sign_certificates(now=tokyo("2026-11-20 16:56"))
    licensing.publish_revocations(now=tokyo("2026-11-20 16:56"))
    key = Key.objects.exclude(kid="").latest("pk")
    certificate = Certificate.objects.exclude(kid="").latest("pk")
    latest = RevocationList.objects.latest("number")
    assert {key.kid, certificate.kid, latest.kid} == {keyring.public_keys().active.kid}
    return [sealing.unseal(bytes(key.sealed_text)).decode(), certificate.signed_text]


def codes(texts: list[str], keys: Path | None = None) -> set[str]:
    """What products say that carry the published file, or an exported one."""
    written = keys.read_bytes() if keys else keyring.published()
    types = ("license-key", "support-certificate")
    on = tokyo("2026-12-20 10:00").date()
    return {verify(text, read_keys(written), document_type=types, on=on).code for text in texts}


def states() -> dict[str, str]:
    return {entry.key.kid: entry.state for entry in keyring.public_keys().entries}


def rotated(person: Person) -> list[str]:
    """Follow the first chapter; give what was signed before, during and after."""
    publish, take_over = chapter("A key grows old")
    before = signed_now()
    person.follow(publish)
    during = signed_now()
    person.follow(take_over)
    return [*before, *during, *signed_now()]


def test_the_manual_speaks_of_the_issuer_and_of_no_server() -> None:
    assert aliases() == {
        "keys": "signing_keys",
        "signed_with": "signed_with",
        "sign_anew": "sign_anew",
    }
    (keys,) = re.findall(r"^alias keys='(.*)'$", MANUAL, flags=re.MULTILINE)
    assert "--env PROCESS_ROLE=shell issuer" in keys
    assert " -T " in keys  # otherwise a terminal would change the line ends of keys.json


def test_a_rotation_with_an_overlap_and_everything_stays_valid(person: Person) -> None:
    signed = rotated(person)

    assert states() == {"2026a": "retired", "2027a": "active"}
    assert codes(signed) == {"ok"}
    assert (
        read_revocations(
            RevocationList.objects.latest("number").text, keyring.public_keys().keys
        ).code
        == "ok"
    )


def test_what_products_were_handed_in_the_first_step_verifies_all(person: Person) -> None:
    signed = rotated(person)

    assert codes(signed, person.folder / "keys.json") == {"ok"}


def test_the_second_step_too_early_is_refused_with_the_day(person: Person) -> None:
    publish, take_over = chapter("A key grows old")
    said = person.follow(publish)
    assert "2026-12-04 00:00 UTC" in said

    with pytest.raises(CommandError, match="2026-12-04 00:00 UTC"):
        person.follow([line for line in take_over if not line.startswith("#")])
    assert states() == {"2026a": "active", "2027a": "next"}


def test_following_a_step_twice_changes_nothing(person: Person) -> None:
    _publish, take_over = chapter("A key grows old")
    rotated(person)
    before = keyring.published()

    person.follow([line for line in take_over if not line.startswith("#")])
    assert keyring.published() == before


def test_a_lost_key_is_followed_by_another_and_old_texts_stay_valid(person: Person) -> None:
    (at_once,) = chapter("The private key is lost")
    signed = rotated(person)
    (person.folder / "private" / "2027a.pem").unlink()
    with pytest.raises(keyring.KeyRingError):
        selftest.check("issuer")

    person.follow(at_once)

    selftest.check("issuer")
    assert states() == {"2026a": "retired", "2027a": "retired", "2027b": "active"}
    assert codes([*signed, *signed_now()], person.folder / "keys.json") == {"ok"}


def test_a_stolen_key_is_believed_no_more_and_what_it_signed_is_listed(person: Person) -> None:
    (lost,) = chapter("The private key is lost")
    stolen, _anew = chapter("The private key is in wrong hands")
    signed = rotated(person)
    person.follow(lost)
    doomed = signed_now()
    theirs = keyring.signer("2027b")

    said = person.follow(stolen)

    assert states() == {
        "2026a": "retired",
        "2027a": "retired",
        "2027b": "withdrawn",
        "2027c": "active",
    }
    assert codes([*doomed, theirs.sign({"type": "license-key"})]) == {"withdrawn_key"}
    assert codes([*signed, *signed_now()], person.folder / "keys.json") == {"ok"}
    key = Key.objects.get(kid="2027b")
    assert f"{key.serial}\tlicense key\t{key.license.contract.customer.name}\n" in said
    certificates = Certificate.objects.filter(kid="2027b")
    assert certificates
    for each in certificates:
        assert f"{each.number}\tcertificate\t{each.order.contract.customer.name}\n" in said


def test_what_a_stolen_key_signed_is_signed_anew(person: Person) -> None:
    """Both what is in force and only that; the issuer's sweeps do the rest."""
    (lost,) = chapter("The private key is lost")
    stolen, anew = chapter("The private key is in wrong hands")
    person.follow(lost)
    signed_now()
    person.follow(stolen)

    assert "1 license keys and 2 certificates to sign anew" in person.follow(anew)
    now = tokyo("2026-11-20 17:00")
    while licensing.sign_anew(now=now) + contracts.sign_certificates(now=now):
        pass

    key = Key.objects.get(kid="2027c")
    papers = Certificate.objects.filter(kid="2027c")
    texts = [sealing.unseal(bytes(key.sealed_text)).decode(), *(one.signed_text for one in papers)]
    assert len(texts) == 3
    assert codes(texts, person.folder / "keys.json") == {"ok"}
    assert person.follow(["signed_with 2027b"]) == ""


def test_the_key_that_signs_is_never_withdrawn_first(person: Person) -> None:
    with pytest.raises(CommandError, match="let another one sign first"):
        person.type("keys withdraw 2026a")


def test_nothing_secret_was_printed_in_the_whole_drill(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    rotated(person)
    for heading in ("The private key is lost", "The private key is in wrong hands"):
        for block in chapter(heading):
            person.follow(block)

    private = list((person.folder / "private").glob("*.pem"))
    assert len(private) == 4
    told = "".join(person.printed) + caplog.text
    for path in private:
        secret = path.read_text().splitlines()[1]
        assert secret not in told
        assert secret[-24:] not in told
