"""Keys and certificates as issued: whatever is changed, the right code, never an error."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.certificates import CertificateFields
from licensing.domain.key_fields import KeyFields
from supportdesk.signing import codec, verifier
from supportdesk.signing.verifier import CODES, DOCUMENT_TYPES, PublicKey, Verdict, verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
TODAY = date(2026, 11, 24)


def public(kid: str, private: Ed25519PrivateKey = PRIVATE, algorithm: str = "Ed25519") -> PublicKey:
    return PublicKey(kid, algorithm, private.public_key().public_bytes_raw())


KEYS = {"2026a": public("2026a"), "2027a": public("2027a", OTHER)}

KEY = KeyFields(
    serial="L-20401-02",
    issue_number=2,
    klass="regular",
    license_number="L-20401",
    certificate="2026-000124",
    product="dn-distributed",
    quantity=1,
    host_code="000799853048413E",
    server_name="aoba-dn02",
    issued_at=datetime(2026, 10, 5, 1, 15, tzinfo=UTC),
    valid_from=date(2026, 10, 5),
    replaces="L-20401-01",
    replaces_until=date(2026, 12, 4),
).as_document()
CERTIFICATE = CertificateFields(
    number="2026-000124",
    issued_on=date(2026, 6, 9),
    kind="initial",
    product="dn-distributed",
    quantity=100,
    contract="S-10482",
    entitled_from=date(2026, 6, 9),
    starts_on=date(2026, 7, 1),
    ends_on=date(2027, 6, 30),
).as_document()
BOTH = {"license-key": KEY, "support-certificate": CERTIFICATE}

both = pytest.mark.parametrize("document", BOTH.values(), ids=BOTH)
chosen = st.sampled_from(list(BOTH.values()))
# Without the private key nobody gets past these, whatever they change.
BEFORE_BELIEVING = {
    "too_long", "malformed", "mistyped", "unknown_version", "unknown_key", "forged",
}  # fmt: skip


def signed(
    document: Mapping[str, str | int], kid: str = "2026a", private: Ed25519PrivateKey = PRIVATE
) -> str:
    return codec.sign(document, kid=kid, private=private)


def judge(
    text: str,
    keys: Mapping[str, PublicKey] = KEYS,
    types: str | tuple[str, ...] = DOCUMENT_TYPES,
    on: date = TODAY,
) -> Verdict:
    return verify(text, keys, document_type=types, on=on)


@both
def test_as_issued_it_is_valid_and_says_what_it_said(document: dict[str, str | int]) -> None:
    assert judge(signed(document)) == Verdict(code="ok", kid="2026a", document=document)


@both
def test_it_holds_no_name_of_a_customer(document: dict[str, str | int]) -> None:
    assert not {"customer", "name", "contact", "email"} & set(document)


@given(chosen, st.data())
def test_any_changed_dropped_swapped_or_added_character_is_refused(
    document: dict[str, str | int], data: st.DataObject
) -> None:
    text = re.sub(r"\s", "", signed(document))
    at = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.sampled_from(verifier.ALPHABET) | st.characters())
    changed = data.draw(
        st.sampled_from(
            [
                text[:at] + other + text[at + 1 :],
                text[:at] + text[at + 1 :],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + other + text[at:],
                text[:at],
                text[at:],
            ]
        )
    )
    verdict = judge(changed)

    if verifier.fold(changed) == text:  # white space, a dash, a look-alike
        assert verdict.ok
    else:
        assert verdict.code in BEFORE_BELIEVING
        assert not verdict.genuine


@given(chosen, st.integers(0, 10_000), st.integers(0, 7))
def test_any_changed_bit_under_correct_check_characters_is_refused(
    document: dict[str, str | int], place: int, bit: int
) -> None:
    blob = bytearray(verifier._decode(signed(document)))
    blob[place % len(blob)] ^= 1 << bit

    assert judge(codec._armour(bytes(blob))).code in BEFORE_BELIEVING


@given(chosen, st.data())
def test_bytes_dropped_doubled_or_swapped_are_refused(
    document: dict[str, str | int], data: st.DataObject
) -> None:
    blob = verifier._decode(signed(document))
    at = data.draw(st.integers(0, len(blob) - 2))
    many = data.draw(st.integers(1, 40))
    changed = data.draw(
        st.sampled_from(
            [
                blob[:at] + blob[at + many :],
                blob[:at] + blob[at : at + many] + blob[at:],
                blob[:at] + blob[at + 1 : at + 2] + blob[at : at + 1] + blob[at + 2 :],
                blob + blob[:many],
                blob[:at],
            ]
        )
    )
    if changed and changed != blob:
        assert judge(codec._armour(changed)).code in BEFORE_BELIEVING


@given(chosen, chosen)
def test_the_halves_of_two_texts_make_none(
    one: dict[str, str | int], other: dict[str, str | int]
) -> None:
    first, second = signed(one).splitlines(), signed(other).splitlines()
    for cut in range(1, min(len(first), len(second))):
        mixed = "\n".join(first[:cut] + second[cut:])
        assert judge(mixed).ok == (mixed in {signed(one), signed(other)})


@given(st.binary(max_size=600))
def test_random_bytes_are_refused(junk: bytes) -> None:
    assert judge(junk.decode("utf-8", "replace")).code in BEFORE_BELIEVING
    assert judge(junk.decode("latin-1")).code in BEFORE_BELIEVING
    if junk:
        assert judge(codec._armour(junk)).code in BEFORE_BELIEVING


@pytest.mark.parametrize(
    "text",
    [
        "\ud800" * 50,
        "\u0000" * 50,
        "\ufdfa" * verifier.LONGEST_TEXT,  # eighteen characters each, once normalised
        "\u0301" * verifier.LONGEST_TEXT,
        "0" * verifier.LONGEST_TEXT,
        "Z" * 10_000_000,
        " " * verifier.LONGEST_TEXT,
        "-" * verifier.LONGEST_TEXT,
        "\u202e" + "0" * 50,
        "𝟎" * 50,
        "①②③" * 50,
    ],
)
def test_strange_and_huge_texts_are_refused(text: str) -> None:
    assert judge(text).code in BEFORE_BELIEVING


@given(chosen)
def test_a_document_has_one_text(document: dict[str, str | int]) -> None:
    """Canonical bytes: the same document in any order is the same text; spaces inside are not."""
    assert signed(dict(reversed(document.items()))) == signed(document)
    loose = verifier.canonical(document).replace(b":", b": ", 1)
    head = verifier.header("2026a")
    signature = PRIVATE.sign(verifier.CONTEXT + head + loose)
    assert judge(codec._armour(head + signature + loose)).code == "malformed"


# --- The key's id ---------------------------------------------------------------------------


@both
def test_the_id_of_another_key_of_ours_does_not_help(document: dict[str, str | int]) -> None:
    blob = verifier._decode(signed(document))
    relabelled = blob.replace(b"2026a", b"2027a", 1)

    assert judge(codec._armour(relabelled)).code == "forged"


@both
def test_keys_that_changed_places_verify_nothing(document: dict[str, str | int]) -> None:
    swapped = {"2026a": public("2026a", OTHER), "2027a": public("2027a")}

    assert judge(signed(document), swapped).code == "forged"


@both
def test_a_ring_without_the_key_is_not_searched_for_one_that_fits(
    document: dict[str, str | int],
) -> None:
    renamed = {"2030a": public("2030a")}

    assert judge(signed(document), renamed).code == "unknown_key"
    assert judge(signed(document), {}).code == "unknown_key"


@pytest.mark.parametrize(
    "kid", ["", "../2026a", "2026A", "2026a\0", "2026a' OR '1'='1", "a" * 17, "a" * 255, "2026é"]
)
def test_a_key_id_is_plain_or_refused(kid: str) -> None:
    raw = kid.encode("latin-1")
    written = verifier.canonical(KEY)
    head = bytes([1, len(raw)]) + raw
    text = codec._armour(head + PRIVATE.sign(verifier.CONTEXT + head + written) + written)

    assert judge(text, {kid: public("2026a")}).code == "unknown_key"


@pytest.mark.parametrize("length", [0, 1, 200, 255])
def test_a_lying_length_of_the_key_id_is_refused(length: int) -> None:
    blob = bytearray(verifier._decode(signed(KEY)))
    blob[1] = length

    assert judge(codec._armour(bytes(blob))).code in {"unknown_key", "malformed", "forged"}


@both
def test_a_withdrawn_key_is_believed_nothing(document: dict[str, str | int]) -> None:
    gone = {"2026a": PublicKey("2026a", "Ed25519", public("2026a").raw, withdrawn=True)}
    verdict = judge(signed(document), gone)

    assert (verdict.code, verdict.genuine) == ("withdrawn_key", False)


@pytest.mark.parametrize("algorithm", ["", "none", "HS256", "ed25519", "RSA"])
def test_the_algorithm_is_the_one_pinned_to_the_key(algorithm: str) -> None:
    pinned = {"2026a": public("2026a", algorithm=algorithm)}

    assert judge(signed(KEY), pinned).code == "wrong_algorithm"


@pytest.mark.parametrize("raw", [b"", b"\0" * 32, b"\xff" * 32, b"\1" * 31])
def test_a_damaged_public_key_verifies_nothing(raw: bytes) -> None:
    assert judge(signed(KEY), {"2026a": PublicKey("2026a", "Ed25519", raw)}).code == "forged"


# --- Types and dates --------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [*DOCUMENT_TYPES, "revocation-list", "self-test", ""])
@both
def test_one_kind_never_serves_for_another(document: dict[str, str | int], wanted: str) -> None:
    expected = "ok" if document["type"] == wanted else "wrong_type"

    assert judge(signed(document), types=wanted).code == expected


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 6, 8), "not_yet_valid"),
        (date(2026, 6, 9), "ok"),  # covered from the purchase on (3-1) …
        (date(2026, 7, 1), "ok"),  # … and in the period
        (date(2027, 6, 30), "ok"),
        (date(2027, 7, 1), "expired"),
    ],
)
def test_a_certificate_counts_from_the_purchase_to_its_last_day(on: date, code: str) -> None:
    assert judge(signed(CERTIFICATE), on=on).code == code


def test_a_perpetual_key_has_no_last_day() -> None:
    assert judge(signed(KEY), on=date.max).ok
    assert judge(signed(KEY), on=date(2026, 10, 4)).code == "not_yet_valid"


@pytest.mark.parametrize("klass", ["provisional", "overlap"])
def test_a_key_for_a_while_has_its_end_inside_or_is_none(klass: str) -> None:
    endless = {**KEY, "class": klass}

    assert judge(signed(endless)).code == "malformed"
    dated = {**endless, "until": "2026-12-20"}
    assert judge(signed(dated), on=date(2026, 12, 20)).ok
    assert judge(signed(dated), on=date(2026, 12, 21)).code == "expired"


@given(st.dates(), st.dates(), st.dates())
def test_dates_are_inclusive_at_both_ends(first: date, last: date, on: date) -> None:
    text = signed({**KEY, "from": first.isoformat(), "until": last.isoformat()})
    slow = "not_yet_valid" if on < first else "expired" if on - last > timedelta() else "ok"

    assert judge(text, on=on).code == slow


@pytest.mark.parametrize("written", ["", "soon", "2026-13-01", "20261224T10", "٢٠٢٦-١١-٢٤"])
def test_dates_that_are_none_make_no_key(written: str) -> None:
    assert judge(signed({**KEY, "until": written})).code == "malformed"


def test_every_code_of_the_table_is_explained_in_the_manual() -> None:
    from pathlib import Path

    manual = (Path(__file__).resolve().parents[2] / "docs" / "signed-documents.md").read_text()
    missing = [code for code in CODES if f"| `{code}` |" not in manual]
    assert not missing
