"""A signed text is genuine or it is refused with a code; nothing else ever happens."""

import re
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.signing import codec, verifier
from supportdesk.signing.verifier import PublicKey, Verdict, verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PublicKey("2026a", "Ed25519", PRIVATE.public_key().public_bytes_raw())
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEYS = {PUBLIC.kid: PUBLIC}
TODAY = date(2026, 11, 24)

DOCUMENT: dict[str, str | int] = {
    "type": "license-key",
    "product": "neo-ds",
    "customer": "株式会社①㈱髙﨑𠮷",
    "host": "7F3A91C20B6ED541",
    "quantity": 100,
    "from": "2026-11-24",
    "until": "2026-12-20",
}


def signed(document: dict[str, str | int] = DOCUMENT) -> str:
    return codec.sign(document, kid=PUBLIC.kid, private=PRIVATE)


def judge(text: str, *, on: date = TODAY, **use: Any) -> Verdict:
    return verify(text, KEYS, document_type="license-key", on=on, **use)


documents = st.dictionaries(
    st.text(max_size=12),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.integers(-(2**53), 2**53),
    max_size=8,
).map(lambda drawn: {**drawn, "type": "license-key", "from": "2026-01-01", "until": "2026-12-31"})


@given(documents)
def test_what_was_signed_is_read_back(document: dict[str, str | int]) -> None:
    verdict = judge(signed(document))

    assert verdict == Verdict(code="ok", kid="2026a", document=document)


def test_signing_twice_gives_the_same_text() -> None:
    assert signed() == signed(dict(reversed(DOCUMENT.items())))


def test_every_single_character_counts() -> None:
    text = signed()
    for place in (at for at, each in enumerate(text) if each in verifier.ALPHABET):
        for other in verifier.ALPHABET.replace(text[place], ""):
            verdict = judge(text[:place] + other + text[place + 1 :])
            assert verdict.code in {"mistyped", "forged"}, (place, other)
            assert not verdict.genuine


def test_a_mistyped_line_is_named() -> None:
    lines = signed().splitlines()
    lines[3] = lines[3].replace(lines[3][0], "Z" if lines[3][0] != "Z" else "Y", 1)

    assert judge("\n".join(lines)) == Verdict(code="mistyped", line=4)


@given(place=st.integers(0, 2000), what=st.sampled_from(["drop", "double", "swap", "add"]))
def test_dropped_doubled_swapped_and_added_characters_are_refused(place: int, what: str) -> None:
    text = re.sub(r"\s", "", signed())
    at = place % (len(text) - 1)
    changed = {
        "drop": text[:at] + text[at + 1 :],
        "double": text[:at] + text[at] + text[at:],
        "swap": text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        "add": text[:at] + "7" + text[at:],
    }[what]

    verdict = judge(changed)

    assert verdict.ok == (changed == text)
    assert verdict.ok or verdict.code in {"mistyped", "malformed", "forged"}


@given(st.data())
def test_lines_lost_or_out_of_order_are_refused(data: st.DataObject) -> None:
    lines = signed().splitlines()
    taken = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines)))

    verdict = judge("\n".join(taken))

    assert verdict.ok == (taken == lines)


@given(st.binary(min_size=1, max_size=400))
def test_any_changed_byte_under_correct_check_characters_is_refused(junk: bytes) -> None:
    """Somebody who can compute the check characters still cannot change a byte."""
    verdict = judge(codec._armour(junk))

    assert verdict.code in {"unknown_version", "unknown_key", "malformed", "forged"}


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_every_byte_of_the_document_is_under_the_signature(place: int, difference: int) -> None:
    blob = bytearray(verifier._decode(signed()))
    blob[place % len(blob)] ^= difference

    verdict = judge(codec._armour(bytes(blob)))

    assert verdict.code in {"unknown_version", "unknown_key", "malformed", "forged"}


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert not judge(text).ok


@given(st.text(alphabet=verifier.ALPHABET + "OIL-> \n", max_size=9000))
def test_no_text_of_the_right_characters_raises(text: str) -> None:
    assert not judge(text).ok


@pytest.mark.parametrize(
    ("how", "carry"),
    [
        ("lower case", str.lower),
        ("in one line", lambda text: text.replace("\n", "")),
        ("quoted in a mail", lambda text: re.sub("^", "> ", text, flags=re.MULTILINE)),
        ("wrapped elsewhere", lambda text: re.sub("(.{17})", "\\1\r\n", text)),
        ("full width", lambda text: text.translate({c: c + 0xFEE0 for c in range(0x30, 0x5B)})),
        ("read aloud", lambda text: text.replace("0", "O").replace("1", "l")),
        ("hyphens", lambda text: text.replace(" ", "‐")),
        ("no-break spaces", lambda text: text.replace(" ", "\u00a0\u200b")),
    ],
)
def test_it_survives_mail_copying_and_print(how: str, carry: object) -> None:
    assert callable(carry)
    assert judge(carry(signed())).ok, how


def test_a_printed_line_fits_the_page() -> None:
    assert {len(line) for line in signed().splitlines()[:-1]} == {59}


def resigned(document: bytes, *, version: int = 1, kid: str = "2026a") -> str:
    """A text as somebody in possession of the key could have written it."""
    head = bytes([version, len(kid)]) + kid.encode()
    return codec._armour(head + PRIVATE.sign(verifier.CONTEXT + head + document) + document)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("too_long", "0" * (verifier.LONGEST_TEXT + 1)),
        ("malformed", ""),
        ("malformed", " \n>>"),
        ("malformed", "漢字"),
        ("malformed", signed() + "U"),
        ("unknown_version", resigned(verifier.canonical(DOCUMENT), version=2)),
        ("unknown_key", resigned(verifier.canonical(DOCUMENT), kid="2019z")),
        ("unknown_key", resigned(verifier.canonical(DOCUMENT), kid="../2026a")),
        ("forged", codec.sign(DOCUMENT, kid=PUBLIC.kid, private=OTHER)),
        ("malformed", resigned(b'{"type": "license-key"}')),
        ("malformed", resigned(b'{"a":1,"a":2,"type":"license-key"}')),
        ("malformed", resigned(b'{"type":"license-key","a":1}')),
        ("malformed", resigned(b'["type"]')),
        ("malformed", resigned(b'{"type":{}}')),
        ("malformed", resigned(b'{"a":1.0}')),
        ("malformed", resigned(b'{"a":"\\ud800"}')),
        ("malformed", resigned(b"\xff\xfe")),
        ("malformed", resigned(b"[" * 3000)),
        ("malformed", signed({**DOCUMENT, "until": "soon"})),
    ],
)
def test_each_failure_has_its_code(code: str, text: str) -> None:
    verdict = judge(text)

    assert verdict.code == code
    assert not verdict.ok


def test_the_algorithm_is_ours_to_say() -> None:
    pinned = {PUBLIC.kid: PublicKey(PUBLIC.kid, "RSA", PUBLIC.raw)}

    verdict = verify(signed(), pinned, document_type="license-key", on=TODAY)

    assert verdict.code == "wrong_algorithm"


@pytest.mark.parametrize(
    ("code", "on", "use"),
    [
        ("ok", TODAY, {"product": "neo-ds", "host": "7F3A91C20B6ED541"}),
        ("wrong_product", TODAY, {"product": "neo"}),
        ("wrong_host", TODAY, {"host": "0000000000000000"}),
        ("not_yet_valid", date(2026, 11, 23), {}),
        ("ok", date(2026, 12, 20), {}),
        ("expired", date(2026, 12, 21), {}),
    ],
)
def test_a_genuine_key_is_for_one_product_host_and_time(
    code: str, on: date, use: dict[str, str]
) -> None:
    verdict = judge(signed(), on=on, **use)

    assert verdict.code == code
    assert verdict.genuine


def test_one_signing_key_never_serves_for_another_kind_of_document() -> None:
    verdict = judge(signed({**DOCUMENT, "type": "certificate"}))

    assert (verdict.code, verdict.genuine) == ("wrong_type", True)


@pytest.mark.parametrize(
    ("document", "kid"),
    [({"a": "no type"}, "2026a"), (DOCUMENT, "../x"), ({"type": "x", "a": "x" * 9000}, "2026a")],
)
def test_what_no_verifier_would_accept_is_not_signed(
    document: dict[str, str | int], kid: str
) -> None:
    with pytest.raises(ValueError, match=r"document|key id"):
        codec.sign(document, kid=kid, private=PRIVATE)
