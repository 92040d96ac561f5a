"""No text of a customer adds a header or a recipient, through the real builder and a real relay
(E-1…E-6, E-8, E-19; Japanese file names)."""

from collections import Counter
from email import message_from_bytes

import pytest

from supportdesk.outbox import services
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.message import Attachment, render
from tests.outbox.mails import put_mail
from tests.outbox.sink import Received, smtp_sink

pytestmark = pytest.mark.django_db

HEADERS = Counter(
    [
        "Date",
        "Message-ID",
        "To",
        "From",
        "Subject",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
)

EVIL = "Bcc: evil@example.com"
ENCODED = "=?utf-8?q?x=0D=0ABcc:_evil@example.com?="
TEXTS = [
    *(f"x{end}{EVIL}" for end in ["\r\n", "\n", "\r", "\n\n", "\r\n ", "\r\n\t"]),  # E-1
    *(f"x{end}{EVIL}" for end in ["\x85", "\u2028", "\u2029", "\v", "\f", "\x1c", "\0"]),  # E-2
    ENCODED,  # E-3
    "=?utf-8?b?eA0KQmNjOiBldmlsQGV4YW1wbGUuY29t?=",
    "=?iso-2022-jp?q?x=0D=0ABcc:_evil@example.com?=",
    "=?us-ascii?q?x=0ABcc:_evil@example.com?=",
    f"=?utf-8?q?{ENCODED}?=",
    "日本 " + ENCODED,
    "=?utf-8?q?x=0D=0ABcc:",
    '"a" <x@y.example>, evil@example.com',  # E-5
    "あ" * 300,  # E-6
    "A" * 2000,
    ("長い件名 with words " * 30).strip(),
    "👨‍👩‍👧 ZWJ ｱｲｳﾞ 株式会社①㈱髙﨑𠮷",
    "{{7*7}} ${7*7} %s%n <script>alert(1)</script>",  # F-16
]


def deliver(**overrides: object) -> Received:
    with smtp_sink() as sink:
        put_mail(**overrides)
        Courier().drain()
    (received,) = sink.received
    return received


@pytest.mark.parametrize("text", TEXTS)
def test_a_subject_is_only_ever_a_subject(text: str) -> None:
    received = deliver(subject=text)
    assert Counter(received.mail.keys()) == HEADERS
    assert received.recipients == ("yamada@customer.example",)
    decoded = received.mail["Subject"]
    assert not set(decoded) & set("\r\n\x85\u2028\u2029")
    if "\u2028" not in text and text.isprintable() and "=?" not in text:
        assert decoded == text


@pytest.mark.parametrize("text", TEXTS)
def test_a_subject_is_folded_as_the_standard_wants(text: str) -> None:
    header, _, _ = render(subject=text, body="").partition(b"\r\nFrom:")
    assert max(len(line) for line in header.split(b"\r\n")) <= 78


def test_a_reader_that_decodes_twice_finds_no_header_either() -> None:
    header, _, _ = deliver(subject=ENCODED).content.partition(b"\r\n\r\n")
    assert b"=0D=0A" not in header or b"=?utf-8?q?x=0D=0A" not in header
    assert "= ?utf-8?q?x=0D=0ABcc:" in message_from_bytes(header)["Subject"]


BODIES = [
    ".\n..\n.x\n\nend\n",
    "a\r.\rb\n",
    "From here on\nFrom: x\n",
    "Bcc: evil@example.com\n\n",
    "x" * 100_000 + "\n",
    "日本語の本文①㈱髙﨑𠮷\n" * 100,
    "",
    "no end of line",
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_arrives_as_it_was_written(body: str) -> None:  # E-19
    received = deliver(body=body)
    lines = body.replace("\r", "\n").rstrip("\n").split("\n")
    arrived = received.mail.get_content().replace("\r\n", "\n")
    assert arrived.rstrip("\n").split("\n") == lines
    assert max(len(line) for line in received.content.split(b"\r\n")) <= 998
    assert received.content.isascii()


NAMES = [
    "年間サポート証書.pdf",
    "ﾊﾝｶｸｶﾅ①㈱.pdf",
    "か\u3099.pdf",  # NFD stays NFD
    'quote"back\\slash.pdf',
    "長" * 120 + ".pdf",
    "certificate.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_japanese_file_name_arrives_by_rfc_2231(name: str) -> None:
    received = deliver(attachments=[Attachment(name, b"%PDF", "application/pdf")])
    (attachment,) = received.mail.iter_attachments()
    assert attachment.get_filename() == name
    assert attachment.get_content() == b"%PDF"
    assert str(attachment["Content-Type"].params["name"]).isascii()  # for readers without RFC 2231
    assert max(len(line) for line in received.content.split(b"\r\n")) <= 998


@pytest.mark.parametrize("text", TEXTS)
def test_a_file_name_is_only_ever_a_file_name(text: str) -> None:
    received = deliver(attachments=[Attachment(f"{text}.pdf", b"%PDF", "application/pdf")])
    assert Counter(received.mail.keys()) == HEADERS - Counter(["Content-Transfer-Encoding"])
    (attachment,) = received.mail.iter_attachments()
    assert set(attachment.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    }


def test_a_mail_says_that_a_machine_wrote_it_and_asks_machines_not_to_answer() -> None:
    received = deliver()
    assert received.mail["Auto-Submitted"] == "auto-generated"
    assert received.mail["X-Auto-Response-Suppress"] == "All"
    assert "Auto-Submitted" not in deliver(subject_key="x", auto_submitted="no").mail


def test_an_answer_is_threaded_with_what_it_answers() -> None:
    first = put_mail()
    answer = render(subject="回答", body="本文", in_reply_to=first.message_id)
    parsed = message_from_bytes(answer)
    assert parsed["In-Reply-To"] == parsed["References"] == first.message_id
    with pytest.raises(ValueError, match=r"(?s).*"):
        render(subject="回答", body="本文", in_reply_to="<a@b>\r\nBcc: evil@example.com")


def test_one_refused_recipient_hides_no_other() -> None:  # G8: one envelope each
    with smtp_sink() as sink:
        sink.says("RCPT", "550 no such user", to="gone@")
        mails = [put_mail(recipient=f"{who}@customer.example") for who in ("a", "gone", "c")]
        Courier().drain()
        for mail in mails:
            mail.refresh_from_db()
    assert [mail.state for mail in mails] == ["sent", "failed", "sent"]
    assert [received.recipients for received in sink.received] == [
        ("a@customer.example",),
        ("c@customer.example",),
    ]
    assert "550 no such user" in mails[1].last_error
    assert services.oldest_overdue(mails[1].due_at) is None
