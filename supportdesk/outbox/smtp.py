"""One kept connection to the mail relay; whatever goes wrong comes out as a DeliveryError."""

import re
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import inf
from socket import SHUT_RDWR, socket
from time import monotonic
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from supportdesk.outbox import crash
from supportdesk.outbox.domain import DeliveryError, Stage, TooSlowError, one_line

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}

# A time-out of the socket starts anew with every byte that trickles in; the others do not.
CONNECT_SECONDS = 10.0
PROBE_SECONDS = 5.0
OPENING_SECONDS = 20.0
CONVERSATION_SECONDS = 60.0

_READY, _OK, _OK_FORWARDED, _GO_AHEAD = 220, 250, 251, 354
_ENOUGH_WORDS = 500


@dataclass(frozen=True, slots=True)
class Address:
    """Where the relay is and how it is spoken to."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool

    @classmethod
    def parse(cls, url: str) -> Self:
        """`smtp://`, `smtp+tls://` (STARTTLS) or `smtp+ssl://` (TLS from the start), with
        `user:password@` when the relay asks for them."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ImproperlyConfigured(f"EMAIL_URL is none of {', '.join(_PORTS)} with a host.")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=parts.scheme == "smtp+tls",
            tls=parts.scheme == "smtp+ssl",
        )


class Relay:
    """The relay of settings.EMAIL_URL; never in clear text when that asks for TLS.

    After anything unexpected it hangs up: the next mail starts on a clean connection.
    With `patience`, in seconds, a relay that takes longer until it asks for the content
    is cut off, which repeats nothing; over the content it always has its minute.
    """

    def __init__(self, patience: float = inf) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._stage = Stage.CONNECT
        self._patience = patience

    def ready(self) -> None:
        """Have a connection that answers; raises the DeliveryError that says why there is none."""
        if not self._answers():
            self._open()

    def send(
        self, sender: str, recipient: str, content: bytes, *, still_ours: Callable[[], bool]
    ) -> bool:
        """Give the relay one mail for one recipient: True once it has taken it.

        False, with nothing given, when at the last moment it is not `still_ours`.
        """
        if self._smtp is None:
            self._open()
        with self._conversation(min(self._patience, CONVERSATION_SECONDS)) as smtp:
            self._say(smtp, Stage.MAIL, f"MAIL FROM:<{sender}>\r\n", _OK)
            self._say(smtp, Stage.RCPT, f"RCPT TO:<{recipient}>\r\n", _OK, _OK_FORWARDED)
            crash.point("before_data")
            if not still_ours():
                self.close()
                return False
            self._say(smtp, Stage.DATA, "DATA\r\n", _GO_AHEAD)
        with self._conversation(CONVERSATION_SECONDS) as smtp:
            self._stage = Stage.END
            smtp.send(_dot_stuffed(content))
            crash.point("after_data_sent")
            self._expect(_OK, reply=smtp.getreply())
            crash.point("after_250")
        return True

    def close(self) -> None:
        """Hang up."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _answers(self) -> bool:
        if self._smtp is None:
            return False
        with suppress(DeliveryError), self._conversation(PROBE_SECONDS) as smtp:
            self._say(smtp, Stage.CONNECT, "NOOP\r\n", _OK)
            return True
        return False

    def _open(self) -> None:
        self.close()
        address = Address.parse(settings.EMAIL_URL)
        self._smtp = _client(address)
        self._stage = Stage.CONNECT
        with self._conversation(OPENING_SECONDS) as smtp:
            self._expect(_READY, reply=smtp.connect(address.host, address.port))
            self._expect(_OK, reply=smtp.ehlo())
            if address.starttls:
                self._expect(_READY, reply=smtp.starttls(context=ssl.create_default_context()))
                self._expect(_OK, reply=smtp.ehlo())
            if address.user:
                self._stage = Stage.AUTH
                smtp.login(address.user, address.password)
            if smtp.sock is not None:
                smtp.sock.settimeout(CONVERSATION_SECONDS)

    def _say(self, smtp: smtplib.SMTP, stage: Stage, line: str, *expected: int) -> None:
        self._stage = stage
        smtp.send(line)
        self._expect(*expected, reply=smtp.getreply())

    def _expect(self, *codes: int, reply: tuple[int, bytes]) -> None:
        code, words = reply
        if code not in codes:
            raise DeliveryError(self._stage, code if code > 0 else None, _words(words))

    @contextmanager
    def _conversation(self, seconds: float) -> Iterator[smtplib.SMTP]:
        smtp = self._smtp
        assert smtp is not None  # noqa: S101 - for the type checker: callers have opened it
        guard = threading.Timer(seconds, _cut, [smtp])
        ends_at = monotonic() + seconds
        guard.start()
        try:
            yield smtp
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):  # smtplib's own are among them
                raise _named(self._stage, error, slow=monotonic() >= ends_at) from error
            raise
        finally:
            guard.cancel()


def _client(address: Address) -> smtplib.SMTP:
    kind = (
        partial(smtplib.SMTP_SSL, context=ssl.create_default_context())
        if address.tls
        else smtplib.SMTP
    )
    client = kind(local_hostname=settings.BOUNCE_DOMAIN, timeout=CONNECT_SECONDS)
    # connect() does not say whose certificate to expect; only the constructor's host would.
    client._host = address.host  # type: ignore[attr-defined]  # noqa: SLF001
    return client


def _named(stage: Stage, error: OSError, *, slow: bool) -> DeliveryError:
    """Smtplib's and the socket's exceptions in our words; `slow`, we have hung up ourselves."""
    if isinstance(error, smtplib.SMTPResponseException) and isinstance(error.smtp_error, bytes):
        return DeliveryError(stage, error.smtp_code, _words(error.smtp_error))
    refuses_to_be_safe = (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError)
    # The bare class is what login() raises when it knows none of the offered methods.
    if isinstance(error, refuses_to_be_safe) or type(error) is smtplib.SMTPException:
        return DeliveryError(Stage.TRUST, None, _words(str(error)))
    kind = TooSlowError if slow else DeliveryError
    return kind(stage, None, _words(str(error) or type(error).__name__))


def _words(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(text)[:_ENOUGH_WORDS]


def _dot_stuffed(content: bytes) -> bytes:
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    return re.sub(rb"(?m)^\.", b"..", content) + end


def _cut(smtp: smtplib.SMTP) -> None:
    """From another thread: whatever waits on this connection wakes with an error."""
    if smtp.sock is not None:
        with suppress(OSError):
            socket.shutdown(smtp.sock, SHUT_RDWR)  # not the TLS object's own, which is not ours
