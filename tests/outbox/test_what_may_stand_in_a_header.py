"""Recipients and texts before they come near a header (E-1…E-3, E-9, E-12…E-15)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.outbox.domain import is_mailable, mailbox, message_id, one_line

REFUSED = [
    "",
    "nobody",
    "a@localhost",
    "abc..def@docomo.ne.jp",  # E-9
    "abc.@docomo.ne.jp",
    "日本@example.com",  # E-12
    "ſmith@example.com",  # a letter that folds to an ASCII one
    "a@example.com, b@example.com",  # E-14
    "a@example.com b@example.com",
    "a@b@example.com",
    '"a b"@example.com',  # E-15
    '"a" <x@example.com>, evil@example.com',  # E-5
    "Yamada <yamada@example.com>",
    "a@[127.0.0.1]",
    "a@-example.com",
    "a@example..com",
    "a@example.com\r\nRCPT TO:<evil@example.com>",
    "a@example.com>\r\nDATA",
    f"{'a' * 65}@example.com",
    f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.jp",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_a_relay_could_misread_is_no_mailbox(address: str) -> None:
    assert not is_mailable(address)
    with pytest.raises(ValueError, match=r"(?s).*"):
        mailbox(address)


def test_an_internationalised_domain_goes_out_in_ascii() -> None:
    assert mailbox("t@日本語.jp") == "t@xn--wgv71a119e.jp"  # E-13


def test_a_plain_address_stays_as_it_is() -> None:
    assert mailbox(" First.Last+tag@sub.example.co.jp ") == "First.Last+tag@sub.example.co.jp"


@given(st.text())
def test_whatever_is_a_mailbox_is_one_ascii_word(text: str) -> None:
    if is_mailable(text):
        found = mailbox(text)
        assert found.isascii()
        assert found.isprintable()
        assert found.count("@") == 1
        assert not set(found) & set(' <>,;:"()[]\\')


@given(st.text(alphabet=st.characters() | st.sampled_from("\r\n\x85\u2028\u2029=?")))
def test_one_line_is_one_line_and_hides_no_encoded_word(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "=?" not in line
    assert not [c for c in line if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"}]


@pytest.mark.parametrize(
    "harmless", ["株式会社①㈱髙﨑𠮷", "👨‍👩‍👧 ｱｲｳ", "{{7*7}} %s <script>", "a  b = ?"]
)
def test_what_is_harmless_is_not_touched(harmless: str) -> None:
    assert one_line(harmless) == harmless


@pytest.mark.parametrize("wrong", ["", "a@b", "<a@b>\r\nBcc: x", "<a b@c>", "<a@b><c@d>", "<あ@b>"])
def test_only_a_message_id_is_one(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"(?s).*"):
        message_id(wrong)
    assert message_id("<a.b-c@d.example>") == "<a.b-c@d.example>"
