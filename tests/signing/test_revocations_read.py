"""A revocation list counts only as it was signed; how old it is always stands in the verdict."""

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.signing import codec, verifier
from supportdesk.signing.keyring import Signer
from supportdesk.signing.revocations import write_list
from supportdesk.signing.verifier import PublicKey, Verdict, read_revocations, verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PublicKey("2026a", "Ed25519", PRIVATE.public_key().public_bytes_raw())
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEYS = {PUBLIC.kid: PUBLIC}
SIGNER = Signer(PUBLIC.kid, PRIVATE)
ISSUED = datetime(2026, 11, 20, 1, tzinfo=UTC)
TODAY = date(2026, 11, 20)
SERIALS = ["L-20401-01", "L-20403-02", "L-20404-07"]

serials = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def written(listed: list[str] | None = None, signer: Signer = SIGNER) -> str:
    listed = SERIALS if listed is None else listed
    return write_list(
        listed, number=7, issued_at=ISSUED, next_on=date(2026, 11, 21), signer=signer
    ).text


def a_key(serial: str, **more: str | int) -> str:
    return codec.sign(
        {"type": "license-key", "serial": serial, **more}, kid=PUBLIC.kid, private=PRIVATE
    )


def judge(text: str, listed: str | None, on: date = TODAY) -> Verdict:
    revocations = None if listed is None else read_revocations(listed, KEYS)
    return verify(text, KEYS, document_type="license-key", on=on, revocations=revocations)


@given(st.lists(serials, max_size=20))
def test_what_was_listed_is_read_back(listed: list[str]) -> None:
    read = read_revocations(written(listed), KEYS)

    assert (read.code, read.number, read.issued_at) == ("ok", 7, ISSUED)
    assert read.next_on == date(2026, 11, 21)
    assert read.serials == {" ".join(serial.split()) for serial in listed} - {""}


@given(st.lists(serials, min_size=1, max_size=8).filter(lambda drawn: any(map(str.split, drawn))))
def test_every_listed_key_is_revoked(listed: list[str]) -> None:
    text = written(listed)
    for serial in listed:
        if serial.split():
            assert judge(a_key(serial), text).code == "revoked"


def test_the_order_they_are_given_in_does_not_matter() -> None:
    assert written(SERIALS) == written([*reversed(SERIALS), SERIALS[0]])


def test_a_key_that_is_not_on_it_is_fine_and_the_list_is_fresh() -> None:
    assert judge(a_key("L-1-01"), written()) == Verdict(
        code="ok",
        kid="2026a",
        document={"type": "license-key", "serial": "L-1-01"},
        revocations="fresh",
    )


@pytest.mark.parametrize(
    ("on", "freshness"),
    [
        (date(2026, 11, 20), "fresh"),
        (date(2026, 11, 21), "fresh"),
        (date(2026, 11, 22), "stale"),
    ],
)
@pytest.mark.parametrize(("serial", "code"), [("L-1-01", "ok"), (SERIALS[0], "revoked")])
def test_a_stale_list_is_said_and_still_revokes(
    on: date, freshness: str, serial: str, code: str
) -> None:
    verdict = judge(a_key(serial), written(), on)

    assert (verdict.code, verdict.revocations) == (code, freshness)


@pytest.mark.parametrize("listed", ["", "no list", a_key("L-1-01"), "0" * 9000])
def test_a_list_that_is_none_is_missing_which_is_said(listed: str) -> None:
    verdict = judge(a_key(SERIALS[0]), listed)

    assert (verdict.code, verdict.revocations) == ("ok", "missing")


def test_not_asking_is_said_too() -> None:
    assert judge(a_key(SERIALS[0]), None).revocations == "not_asked"


def test_a_certificate_has_no_serial_and_is_not_asked_about() -> None:
    certificate = codec.sign(
        {"type": "support-certificate", "number": SERIALS[0]}, kid=PUBLIC.kid, private=PRIVATE
    )
    verdict = verify(
        certificate,
        KEYS,
        document_type="support-certificate",
        on=TODAY,
        revocations=read_revocations(written(), KEYS),
    )

    assert (verdict.code, verdict.revocations) == ("ok", "not_asked")


def test_revocation_comes_last() -> None:
    expired = a_key(SERIALS[0], until="2026-11-19")

    assert judge(expired, written()).code == "expired"


@pytest.mark.parametrize(
    "carry",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(SERIALS[0], f" {SERIALS[0]} "),
        lambda text: text + "\n\n",
        str.rstrip,
    ],
)
def test_it_survives_other_line_ends_and_white_space(carry: object) -> None:
    assert callable(carry)
    assert read_revocations(carry(written()), KEYS).serials == set(SERIALS)


@given(st.data())
def test_any_changed_character_is_found_out(data: st.DataObject) -> None:
    """Dropped, swapped, added or changed: the list is refused, or says exactly the same."""
    text = written()
    at = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.characters(exclude_categories=["Cs"]))
    changed = data.draw(
        st.sampled_from(
            [
                text[:at] + other + text[at + 1 :],
                text[:at] + text[at + 1 :],
                text[:at] + other + text[at:],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            ]
        )
    )
    read = read_revocations(changed, KEYS)

    if read.code == "ok":
        assert read == read_revocations(text, KEYS)
    else:
        assert read.serials == frozenset()
        assert read.code in {"list_changed", "mistyped", "malformed", "forged"}


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:-2], ""],
        lambda lines: [*lines[:-1], "L-9-09", ""],
        lambda lines: [*lines[:-2], lines[-2].lower(), ""],
        lambda lines: lines[: lines.index("")],
    ],
)
def test_a_serial_dropped_added_or_changed_makes_the_list_worthless(change: object) -> None:
    assert callable(change)
    read = read_revocations("\n".join(change(written().split("\n"))), KEYS)

    assert (read.code, read.serials) == ("list_changed", frozenset())


def test_the_head_of_one_list_does_not_serve_for_another() -> None:
    head = written([]).split("\n\n")[0]
    body = written().split("\n\n")[1]

    assert read_revocations(f"{head}\n\n{body}", KEYS).code == "list_changed"


def test_a_list_by_somebody_else_is_forged() -> None:
    assert read_revocations(written(signer=Signer("2026a", OTHER)), KEYS).code == "forged"


def test_a_list_signed_with_a_withdrawn_key_is_worthless() -> None:
    gone = {"2026a": PublicKey("2026a", "Ed25519", PUBLIC.raw, withdrawn=True)}

    assert read_revocations(written(), gone).code == "withdrawn_key"


@pytest.mark.parametrize(
    "signed",
    [
        {"number": "x"},
        {"issued": "yesterday"},
        {"next": "tomorrow"},
        {"number": None},
        {"issued": None},
        {"next": None},
    ],
)
def test_a_head_without_its_dates_is_no_list(signed: dict[str, str | None]) -> None:
    head: dict[str, str | int] = {
        "type": "revocation-list",
        "number": 1,
        "issued": "2026-11-20T01:00:00Z",
        "next": "2026-11-21",
        "count": 0,
        "sha256": verifier.digest([]),
    }
    changed = {name: value for name, value in (head | signed).items() if value is not None}
    text = codec.sign(changed, kid="2026a", private=PRIVATE)

    assert read_revocations(text, KEYS).code == "malformed"


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert read_revocations(text, KEYS).code != "ok"


def test_a_huge_one_is_refused_unread() -> None:
    assert read_revocations("x" * (verifier.LONGEST_LIST + 1), KEYS).code == "too_long"
