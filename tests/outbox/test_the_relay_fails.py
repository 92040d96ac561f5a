"""Whatever the relay does, each mail ends where the table says, and what is sound arrives (G7)."""

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db.models import F
from django.test import override_settings

from supportdesk.outbox import services, smtp
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.models import REAL_NOW, Mail, QueueStop
from tests.faults.scale import scaled
from tests.outbox.mails import put_mail, rested
from tests.outbox.sink import Action, Sink, drop, fall_silent, smtp_sink, trickle

pytestmark = pytest.mark.django_db

ROWS = scaled(ci=3, full=200)

TEMPORARY: dict[str, Callable[[Sink], None]] = {
    "421 for a greeting": lambda sink: sink.says("BANNER", "421 too busy"),
    "reset at EHLO": lambda sink: sink.says("EHLO", drop),
    "451 at MAIL": lambda sink: sink.says("MAIL", "451 try later"),
    "421 at RCPT": lambda sink: sink.says("RCPT", "421 closing"),
    "450 at RCPT": lambda sink: sink.says("RCPT", "450 mailbox busy"),
    "452 at RCPT": lambda sink: sink.says("RCPT", "452 no space"),
    "451 at DATA": lambda sink: sink.says("DATA", "451 try later"),
    "451 at the end": lambda sink: sink.says("END", "451 try later"),
    "reset at RCPT": lambda sink: sink.says("RCPT", drop),
    "reset in the middle of DATA": lambda sink: sink.says("DATA", drop),
    "garbage": lambda sink: sink.says("RCPT", "well, hello"),
    "a reply of 9 kB": lambda sink: sink.says("RCPT", "250 " + "x" * 9000),
    "silence": lambda sink: sink.says("RCPT", fall_silent),
    "one byte at a time": lambda sink: sink.says("RCPT", trickle),
}

PERMANENT: dict[str, Callable[[Sink], None]] = {
    "550 at RCPT": lambda sink: sink.says("RCPT", "550 no such user"),
    "551 at RCPT": lambda sink: sink.says("RCPT", "551 not here"),
    "552 at the end": lambda sink: sink.says("END", "552 too big"),
    "553 at RCPT": lambda sink: sink.says("RCPT", "553 bad name"),
    "554 at the end": lambda sink: sink.says("END", "554 refused"),
}

CONFIGURATION: dict[str, Callable[[Sink], None]] = {
    "535 at AUTH": lambda sink: sink.says("AUTH", "535 wrong password"),
    "504 at AUTH": lambda sink: sink.says("AUTH", "504 unknown mechanism"),
    "554 for a greeting": lambda sink: sink.says("BANNER", "554 no service for you"),
    "550 at MAIL": lambda sink: sink.says("MAIL", "550 sender refused"),
    "530 at MAIL": lambda sink: sink.says("MAIL", "530 authentication required"),
}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONVERSATION_SECONDS", 0.2)


def try_everything() -> None:
    courier = Courier()
    for _ in range(ROWS):
        courier.drain()
        rested()


def states() -> set[str]:
    return set(Mail.objects.values_list("state", flat=True))


@pytest.mark.parametrize("fault", TEMPORARY)
def test_a_passing_fault_delays_and_loses_nothing(fault: str) -> None:
    with smtp_sink() as sink, override_settings(OUTBOX_MAX_ATTEMPTS=ROWS + 2):
        mails = [put_mail() for _ in range(ROWS)]
        TEMPORARY[fault](sink)
        try_everything()
        assert states() == {"queued"}
        sink.recovers()
        try_everything()
    assert states() == {"sent"}
    assert sink.copies() == {mail.message_id: 1 for mail in mails}


@pytest.mark.parametrize("fault", PERMANENT)
def test_a_refused_mail_fails_at_once_and_staff_see_why(fault: str) -> None:
    with smtp_sink() as sink:
        for _ in range(ROWS):
            put_mail()
        PERMANENT[fault](sink)
        Courier().drain()
    assert states() == {"failed"}
    assert set(Mail.objects.values_list("attempts", flat=True)) == {1}
    assert all(fault[:3] in error for error in Mail.objects.values_list("last_error", flat=True))
    assert not QueueStop.objects.exists()


@pytest.mark.parametrize("fault", CONFIGURATION)
def test_a_wrong_configuration_stops_the_queue_and_fails_no_mail(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with smtp_sink(password="secret") as sink:
        for _ in range(ROWS):
            put_mail()
        CONFIGURATION[fault](sink)
        Courier().drain()
        Courier().drain()
        assert states() == {"queued"}
        assert set(Mail.objects.values_list("attempts", flat=True)) == {0}
        stop = QueueStop.objects.get()
        assert (stop.kind, stop.strikes) == (QueueStop.Kind.CONFIGURATION, 1)
        ours = [record for record in caplog.records if record.name.startswith("supportdesk")]
        assert [record.levelname for record in ours] == ["CRITICAL"]  # once, not twice
        sink.recovers()
        services.resume()
        Courier().drain()
    assert states() == {"sent"}


@pytest.mark.parametrize("loses", [drop, fall_silent])
def test_a_lost_250_repeats_the_same_mail_and_no_more(loses: Action) -> None:
    with smtp_sink() as sink:
        mails = [put_mail() for _ in range(ROWS)]
        sink.says("END", loses, times=1)
        try_everything()
        try_everything()
    assert states() == {"sent"}
    assert sum(sink.copies().values()) == len(mails) + 1
    assert len({received.content for received in sink.received}) == len(mails)


def test_gaps_between_attempts_grow() -> None:
    mail = put_mail()
    gaps = []
    with smtp_sink() as sink:
        sink.says("RCPT", "450 later")
        for _ in range(4):
            Courier().drain()
            gaps.append(Mail.objects.values_list(F("retry_at") - REAL_NOW, flat=True).get())
            assert Courier().drain() == 0  # it rests
            rested()
    mail.refresh_from_db()
    assert mail.attempts == len(gaps)
    assert all(later > 1.8 * sooner for sooner, later in pairwise(gaps))  # 3, and 20 % of jitter


def test_a_stopped_queue_tries_one_mail_by_itself_and_goes_on_when_it_went() -> None:
    for _ in range(4):
        put_mail()
    with smtp_sink() as sink:
        sink.says("MAIL", "550 sender refused", times=2)
        Courier().drain()
        QueueStop.objects.update(resume_at="2000-01-01T00:00Z")
        assert Courier().drain() == 1
        assert QueueStop.objects.get().strikes == 2
        QueueStop.objects.update(resume_at="2000-01-01T00:00Z")
        assert Courier().drain() == 1
        assert not QueueStop.objects.exists()
        assert Courier().drain() == 3
    assert len(sink.received) == 4


def test_a_relay_that_is_gone_is_asked_less_and_less_often() -> None:
    with smtp_sink() as sink:
        gone = sink.url
    put_mail()
    with override_settings(EMAIL_URL=gone):
        for strikes in range(1, 4):
            Courier().drain()
            stop = QueueStop.objects.get()
            assert (stop.kind, stop.strikes) == (QueueStop.Kind.UNREACHABLE, strikes)
            QueueStop.objects.update(resume_at="2000-01-01T00:00Z")
    assert set(Mail.objects.values_list("attempts", flat=True)) == {0}


# --- TLS: as the settings ask, or not at all ------------------------------------------------


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2099))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def test_mail_goes_out_encrypted_and_signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with smtp_sink(tls=tls, password="pass/word") as sink:
        put_mail()
        Courier().drain()
    assert states() == {"sent"}
    assert len(sink.received) == 1


@pytest.mark.parametrize("reply", ["454 not now", "554 no TLS", "502 what?"])
def test_a_refused_starttls_never_falls_back_to_clear_text(tmp_path: Path, reply: str) -> None:
    with smtp_sink(tls=certificate(tmp_path, "127.0.0.1")) as sink:
        sink.says("STARTTLS", reply)
        put_mail()
        Courier().drain()
        kind = QueueStop.objects.get().kind
    assert kind == ("unreachable" if reply.startswith("4") else "configuration")
    assert (states(), sink.received) == ({"queued"}, [])


def test_a_relay_without_starttls_gets_nothing() -> None:
    with smtp_sink() as sink, override_settings(EMAIL_URL=sink.url.replace("smtp:", "smtp+tls:")):
        put_mail()
        Courier().drain()
    assert QueueStop.objects.get().kind == QueueStop.Kind.CONFIGURATION
    assert (states(), sink.received) == ({"queued"}, [])


@pytest.mark.parametrize("name", ["127.0.0.1", "127.0.0.2"])
def test_a_certificate_that_does_not_verify_stops_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tls = certificate(tmp_path, name)
    if name == "127.0.0.2":  # trusted, but for another host
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with smtp_sink(tls=tls) as sink:
        put_mail()
        Courier().drain()
    assert QueueStop.objects.get().kind == QueueStop.Kind.CONFIGURATION
    assert (states(), sink.received) == ({"queued"}, [])
