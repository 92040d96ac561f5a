"""What to do with a mail that could not be sent, and what may go on the wire at all. No Django."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, IntEnum, auto


class Stage(IntEnum):
    """How far a conversation with the relay had come when it went wrong."""

    CONNECT = auto()  # until its greeting, EHLO and STARTTLS were answered
    TRUST = auto()  # the relay offers no TLS, or a certificate that does not verify
    AUTH = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    END = auto()  # the content is on its way: it may have been taken
    OURS = auto()  # nothing to do with the relay: our own code failed on this row


# 530, 534, 535 and 538 speak of authentication wherever they appear.
_AUTHENTICATION = frozenset({530, 534, 535, 538})
_CLOSING = 421
_PERMANENT = range(500, 600)
_TEMPORARY = range(400, 500)


class DeliveryError(Exception):
    """A conversation that failed: where, with which reply, in which words.

    `code` is the relay's reply, or None when there was none that made sense:
    connection lost, time-out, garbage.
    """

    def __init__(self, stage: Stage, code: int | None, text: str) -> None:
        super().__init__(stage, code, text)
        self.stage, self.code, self.text = stage, code, text

    def __str__(self) -> str:
        reply = f"{self.code} {self.text}" if self.code else self.text
        return f"{self.stage.name}: {reply}"

    @property
    def refuses(self) -> bool:
        """Recipient or content was refused for good, in a conversation that went well."""
        return Stage.MAIL < self.stage < Stage.OURS and self.code in _PERMANENT


class TooSlowError(DeliveryError):
    """The relay answers, but takes too long over this one: others may be quicker."""


class Row(Enum):
    """What becomes of the mail."""

    RELEASE = auto()  # as if it had never been tried
    RETRY = auto()  # after a back-off
    FAIL = auto()  # staff must look


class Queue(Enum):
    """What becomes of all the others."""

    GO_ON = auto()
    SLOW_DOWN = auto()  # the relay is away or busy: everybody waits a little
    STOP = auto()  # nothing will ever go out like this: alarm
    DOUBT = auto()  # one recipient after the other is refused: is it them, or the relay? alarm


@dataclass(frozen=True, slots=True)
class Verdict:
    row: Row
    queue: Queue


def judge(error: DeliveryError, *, attempts: int, max_attempts: int) -> Verdict:
    """Decide for the mail and for the queue after `error` at the mail's `attempts`-th attempt.

    A wrong configuration must not fail a thousand mails: it stops the queue
    and touches no row. Only the recipient or the content being refused for
    good fails a mail at once; everything else is tried `max_attempts` times.
    """
    stage, code = error.stage, error.code
    refused = code in _PERMANENT
    if stage is Stage.TRUST or code in _AUTHENTICATION or (stage <= Stage.MAIL and refused):
        return Verdict(Row.RELEASE, Queue.STOP)
    if stage <= Stage.MAIL:
        return Verdict(Row.RELEASE, Queue.SLOW_DOWN)
    silent = not (refused or code in _TEMPORARY or isinstance(error, TooSlowError))
    lost = stage is not Stage.OURS and (code == _CLOSING or silent)
    gives_up = refused or attempts >= max_attempts
    return Verdict(
        Row.FAIL if gives_up else Row.RETRY,
        Queue.SLOW_DOWN if lost else Queue.GO_ON,
    )


@dataclass(frozen=True, slots=True)
class BackOff:
    """Gaps that grow by `factor` from `first` up to `longest`."""

    first: timedelta
    factor: int
    longest: timedelta

    def gap(self, failures: int, *, jitter: float = 0.0) -> timedelta:
        """The gap after that many failures in a row; `jitter` in -1…1 moves it by up to 20 %."""
        plain = self.first.total_seconds() * self.factor ** max(failures - 1, 0)
        return timedelta(seconds=min(plain, self.longest.total_seconds()) * (1 + 0.2 * jitter))


RETRY = BackOff(timedelta(seconds=30), 3, timedelta(hours=2))  # one mail; 8 attempts: 5 hours
PAUSE = BackOff(timedelta(seconds=1), 2, timedelta(minutes=1))  # the relay is away
PROBE = timedelta(minutes=1)  # how often a stopped queue tries one mail by itself
ASIDE = timedelta(minutes=10)  # what was refused with all others lets the probes try others

REFUSALS = 5  # so many recipients in a row, and nobody taken in between: is it the relay?
PATIENCE_SECONDS = 2.0  # a host that keeps us waiting longer has a lane of its own

LATE = timedelta(seconds=5)


def recording_window(lateness: timedelta, backlog_window: int) -> int:
    """How many mails may be sent before they are recorded: one kill repeats at most so many.

    One, unless the queue is behind by more than five seconds: then recording
    several at a time catches up faster.
    """
    return backlog_window if lateness > LATE else 1


# --- What may stand in a header ------------------------------------------------------

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*", re.IGNORECASE | re.ASCII)
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}", re.IGNORECASE | re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>", re.ASCII)
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254


def mailbox(address: str) -> str:
    """The one mailbox that `address` names, an internationalised domain as xn--.

    Raises ValueError for whatever a relay could read in another way or would
    refuse: two addresses, display names, quotes, `..`, a local part that is
    not ASCII, an IP address.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(address) from error
    fits = len(local) <= _LONGEST_LOCAL and len(local) + len(domain) < _LONGEST_ADDRESS
    if not (fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise ValueError(address)
    return f"{local}@{domain}"


def host_of(address: str) -> str:
    """The domain of an address, in one spelling."""
    return address.rpartition("@")[2].lower()


def is_mailable(address: str) -> bool:
    """Whether `mailbox` finds one there: the question that forms ask."""
    try:
        mailbox(address)
    except ValueError:
        return False
    return True


def one_line(text: str) -> str:
    """Text that cannot end a header or hide in one: for subjects and file names.

    Line ends of every kind and control characters become a space, and `=?` is
    opened, so that nobody downstream decodes an encoded word that a customer
    typed (CVE-2024-6923).
    """
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} else c for c in text)
    return "".join(kept).replace("=?", "= ?").strip()


def message_id(text: str) -> str:
    """A Message-ID with its angle brackets; raises ValueError for anything else."""
    if not _MESSAGE_ID.fullmatch(text):
        raise ValueError(text)
    return text
