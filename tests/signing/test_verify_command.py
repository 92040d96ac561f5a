"""`manage.py verify`, and the verifier alone: no database, no secrets, never an error."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from supportdesk.signing import keyring, verifier
from supportdesk.signing.revocations import write_list
from tests.signing.keys import a_key_ring

ROOT = Path(__file__).resolve().parents[2]
HOST = "000799853048413E"
KEY: dict[str, str | int] = {
    "type": "license-key",
    "serial": "L-20401-02",
    "class": "regular",
    "product": "dn-distributed",
    "host": HOST,
    "from": "2026-10-05",
    "until": "2027-10-04",
}
CERTIFICATE: dict[str, str | int] = {
    "type": "support-certificate",
    "number": "2026-000124",
    "product": "dn-distributed",
    "from": "2026-07-01",
    "until": "2027-06-30",
}
ON = ("--at", "2026-11-20")


@dataclass
class Files:
    """What somebody has who checks: the texts, the keys and the lists."""

    folder: Path

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def __getattr__(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    with a_key_ring(tmp_path, "2026a"):
        signer = keyring.signer()
        files = Files(tmp_path)
        files.write("key", signer.sign(KEY))
        files.write("certificate", signer.sign(CERTIFICATE))
        files.write("keys", keyring.published().decode())
        at = datetime(2026, 11, 20, tzinfo=UTC)
        for name, serials in (("fresh", ["L-1-01"]), ("revoking", ["L-20401-02"])):
            written = write_list(
                serials, number=3, issued_at=at, next_on=date(2026, 11, 21), signer=signer
            )
            files.write(name, written.text)
        yield files


def run(*words: str) -> tuple[int, str]:
    """Exit code and what was printed."""
    out = StringIO()
    try:
        call_command("verify", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize(
    ("code", "result", "words"),
    [
        (0, "ok", ("key", *ON)),
        (0, "ok", ("certificate", *ON)),
        (0, "ok", ("key", *ON, "--host", "0007-9985-3048-413e")),
        (0, "ok", ("key", *ON, "--host", "ＯＯＯ７ 9985 3048 413E")),
        (0, "ok", ("key", *ON, "--product", "dn-distributed", "--type", "license-key")),
        (0, "ok", ("key", *ON, "--revocations", "fresh")),
        (1, "revoked", ("key", *ON, "--revocations", "revoking")),
        (3, "ok", ("key", "--at", "2026-11-22", "--revocations", "fresh")),
        (3, "ok", ("key", *ON, "--revocations", "nowhere")),
        (3, "ok", ("key", *ON, "--revocations", "certificate")),
        (1, "wrong_host", ("key", *ON, "--host", "1111-1111-1111-1111")),
        (1, "wrong_product", ("key", *ON, "--product", "neo")),
        (1, "wrong_type", ("key", *ON, "--type", "support-certificate")),
        (1, "not_yet_valid", ("key", "--at", "2026-10-04")),
        (1, "not_yet_valid", ("key", "--at", "2026-10-04T23:59:59")),
        (0, "ok", ("key", "--at", "2026-10-04T15:00:00Z")),  # midnight in Tokyo
        (0, "ok", ("key", "--at", "2026-10-05T00:00:00+09:00")),
        (1, "not_yet_valid", ("key", "--at", "2026-10-04T14:59:59Z")),
        (1, "expired", ("key", "--at", "2027-10-05")),
        (1, "malformed", ("keys", *ON)),
    ],
)
def test_it_answers_with_a_code_and_an_exit_code(
    files: Files, code: int, result: str, words: tuple[str, ...]
) -> None:
    known = {"key", "certificate", "keys", "fresh", "revoking", "nowhere"}
    found = run(*(getattr(files, word) if word in known else word for word in words), "--json")

    assert found[0] == code
    assert json.loads(found[1])["result"] == result


def test_plain_words_say_code_meaning_revocations_and_fields(files: Files) -> None:
    code, said = run(files.key, *ON)

    assert code == 0
    assert said.splitlines()[:2] == [
        "ok: genuine and valid",
        "revocations: whether it was revoked was not asked",
    ]
    assert "serial: L-20401-02" in said
    assert "signed with: 2026a" in said


def test_the_age_of_the_list_is_told(files: Files) -> None:
    _code, said = run(files.key, "--at", "2026-11-22", "--revocations", files.fresh)

    assert "successor is overdue" in said
    assert "list 3 of 2026-11-20T00:00:00+00:00, next by 2026-11-21" in said


def test_a_list_that_is_not_usable_says_why(files: Files) -> None:
    changed = Path(files.fresh).read_text() + "L-9-09\n"
    code, said = run(files.key, *ON, "--revocations", files.write("changed", changed))

    assert code == 3
    assert "whether it was revoked is not known" in said
    assert "not the ones that were signed" in said


def test_the_text_may_stand_in_the_command_line_or_come_by_a_pipe(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(files.key).read_text()
    assert run(*text.split(), *ON)[0] == 0
    assert run("".join(text.split()), *ON)[0] == 0
    monkeypatch.setattr(sys, "stdin", StringIO(text))
    assert run("-", *ON)[0] == 0


def test_a_mistyped_line_is_named(files: Files) -> None:
    lines = Path(files.key).read_text().splitlines()
    lines[2] = lines[2].replace(lines[2][0], "Z" if lines[2][0] != "Z" else "Y", 1)
    code, said = run(files.write("typo", "\n".join(lines)), *ON)

    assert code == 1
    assert said.startswith("mistyped: ")
    assert "(line 3)" in said


@pytest.mark.parametrize(
    "words",
    [
        ("key", "--at", "tomorrow"),
        ("key", "--keys", "nowhere"),
        ("key", "--keys", "key"),
        ("key", "--keys", "certificate"),
    ],
)
def test_wrong_usage_is_said_with_its_own_exit_code(files: Files, words: tuple[str, ...]) -> None:
    known = {"key", "certificate", "nowhere"}
    with pytest.raises(CommandError) as refused:
        run(*(getattr(files, word) if word in known else word for word in words))

    assert refused.value.returncode == 2


@pytest.mark.parametrize("text", ["", "x" * 5000, "\0", "../../etc/passwd", "あ", "-" * 300])
def test_any_text_is_refused_in_peace(files: Files, text: str) -> None:
    assert run(*ON, "--", text)[0] == 1


# --- As processes of their own ------------------------------------------------------------------


def start(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """With nothing in the environment: no secrets, no database, no settings."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_needs_neither_database_nor_secrets(files: Files) -> None:
    options = ("--keys", files.keys, "--at", "2026-11-20")
    done = start(str(ROOT / "manage.py"), "verify", files.key, *options, folder=files.folder)
    assert (done.returncode, done.stderr) == (0, "")

    wrong = start(str(ROOT / "manage.py"), "verify", files.key, "--keys", "x", folder=files.folder)
    assert wrong.returncode == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, ["--on", "2026-11-20"]),
        (0, ["--on", "2026-11-20", "--host", "0007-9985-3048-413E"]),
        (1, ["--on", "2026-11-20", "--host", "1111-1111-1111-1111"]),
        (1, ["--on", "2028-01-01"]),
        (0, ["--on", "2026-11-20", "--revocations", "fresh"]),
        (1, ["--on", "2026-11-20", "--revocations", "revoking"]),
        (3, ["--on", "2026-11-22", "--revocations", "fresh"]),
        (2, ["--on", "today"]),
        (2, ["--revocations", "nowhere"]),
    ],
)
def test_the_one_file_checks_on_its_own(files: Files, code: int, words: list[str]) -> None:
    alone = files.folder / "alone"
    alone.mkdir()
    shutil.copy(verifier.__file__, alone / "verifier.py")
    done = start("alone/verifier.py", "key", "keys", *words, folder=files.folder)

    assert done.returncode == code, done.stderr
    assert code == 2 or "serial: L-20401-02" in done.stdout


def test_the_one_file_loads_nothing_of_ours_and_no_django(files: Files) -> None:
    shutil.copy(verifier.__file__, files.folder / "verifier.py")
    code = (
        "import verifier, sys; "
        "print([name for name in ('django', 'supportdesk', 'licensing') if name in sys.modules])"
    )
    done = start("-c", code, folder=files.folder)

    assert done.stdout.strip() == "[]"


def test_a_file_of_keys_is_read_whole_or_not_at_all(files: Files) -> None:
    stored: dict[str, Any] = json.loads(Path(files.keys).read_text())
    first = stored["keys"][0]
    damaged: list[Any] = [
        [],
        {},
        {"keys": 1},
        {"keys": [first, first]},
        {"keys": [{**first, "public_key": "AAAA"}]},
        {"keys": [{**first, "kid": "../x"}]},
        {"keys": [{name: first[name] for name in first if name != "state"}]},
        {"keys": [{**first, "kid": 1}]},
    ]
    for each in damaged:
        with pytest.raises(ValueError, match=r"\S"):
            verifier.read_keys(json.dumps(each))
    with pytest.raises(ValueError, match=r"\S"):
        verifier.read_keys(b"\xff\xfe")
