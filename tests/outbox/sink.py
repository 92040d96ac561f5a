"""A real SMTP relay in a thread, that says what a test scripts and remembers all it took."""

# ruff: noqa: N815 - aiosmtpd finds its hooks by name
import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from time import time
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.test import override_settings

type Action = Callable[["ScriptedServer"], Awaitable[None]]
type Answer = str | Action


@dataclass(frozen=True, slots=True)
class Received:
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    at: float

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])


@dataclass
class Rule:
    answer: Answer
    to: str
    times: int

    def applies(self, argument: str) -> bool:
        return self.times > 0 and self.to in argument


@dataclass
class Sink:
    """Scripted by verb: BANNER, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, END (of the data)."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    password: str = ""
    received: list[Received] = field(default_factory=list)
    rules: dict[str, list[Rule]] = field(default_factory=dict)
    connections: int = 0

    def says(self, verb: str, answer: Answer, *, to: str = "", times: int = 10**9) -> None:
        """Answer `answer` to `verb`, `times` times, when its argument contains `to`."""
        self.rules.setdefault(verb, []).append(Rule(answer, to, times))

    def recovers(self) -> None:
        self.rules.clear()

    def scripted(self, verb: str, argument: str) -> Answer | None:
        for rule in self.rules.get(verb, ()):
            if rule.applies(argument):
                rule.times -= 1
                return rule.answer
        return None

    @property
    def url(self) -> str:
        scheme = "smtp+tls" if self.tls else "smtp"
        user = f"desk:{quote(self.password, safe='')}@" if self.password else ""
        return f"{scheme}://{user}{self.host}:{self.port}"

    def copies(self) -> Counter[str]:
        return Counter(received.message_id for received in self.received)

    def knows(self, *call: Any) -> AuthResult:
        return AuthResult(success=call[-1].password == self.password.encode())

    async def take(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(server, ScriptedServer)
        assert isinstance(envelope.content, bytes)
        recipients = tuple(envelope.rcpt_tos)
        answer = self.scripted("END", " ".join(recipients))
        if not isinstance(answer, str):  # whoever only loses the reply has taken the mail
            self.received.append(
                Received(envelope.mail_from or "", recipients, envelope.content, time())
            )
        if callable(answer):
            await answer(server)
        return answer if isinstance(answer, str) else "250 taken"

    handle_DATA = take


def _asking_first(verb: str) -> Callable[["ScriptedServer", str], Awaitable[None]]:
    by_the_book = getattr(SMTP, f"smtp_{verb}")

    async def ask(server: "ScriptedServer", argument: str) -> None:
        answer = server.sink.scripted(verb, argument or "")
        if answer is None:
            await by_the_book(server, argument)
        elif isinstance(answer, str):
            await server.push(answer)
        else:
            await answer(server)

    return ask


class ScriptedServer(SMTP):
    """Asks the script before it does what SMTP says."""

    sink: Sink

    async def push(self, status: Any) -> None:
        greets = str(status).startswith(f"220 {self.hostname}")
        answer = self.sink.scripted("BANNER", "") if greets else None
        await super().push(answer if isinstance(answer, str) else status)

    smtp_EHLO = _asking_first("EHLO")
    smtp_STARTTLS = _asking_first("STARTTLS")
    smtp_AUTH = _asking_first("AUTH")
    smtp_MAIL = _asking_first("MAIL")
    smtp_RCPT = _asking_first("RCPT")
    smtp_DATA = _asking_first("DATA")


async def drop(server: ScriptedServer) -> None:
    """Reset the connection."""
    assert server.transport is not None
    server.transport.abort()  # type: ignore[attr-defined]


async def fall_silent(server: ScriptedServer) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def trickle(server: ScriptedServer) -> None:
    """One byte at a time, and never a line's end."""
    assert server._writer is not None
    for _ in range(3600):
        server._writer.write(b"2")
        await server._writer.drain()
        await asyncio.sleep(0.05)


@contextmanager
def smtp_sink(**kwargs: Any) -> Iterator[Sink]:
    """A relay, and the settings that lead to it."""
    sink, loop = Sink(**kwargs), asyncio.new_event_loop()

    def serve() -> SMTP:
        sink.connections += 1
        server = ScriptedServer(
            sink,
            hostname="relay.test",
            loop=loop,
            tls_context=sink.tls,
            authenticator=sink.knows if sink.password else None,
            auth_require_tls=False,
            data_size_limit=None,
        )
        server.sink = sink
        return server

    listening = loop.run_until_complete(loop.create_server(serve, sink.host, sink.port))
    sink.port = listening.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        with override_settings(EMAIL_URL=sink.url):
            yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up(listening), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _hang_up(listening: asyncio.Server) -> None:
    listening.close()
    conversations = asyncio.all_tasks() - {asyncio.current_task()}
    for conversation in conversations:
        conversation.cancel()
    await asyncio.gather(*conversations, return_exceptions=True)
