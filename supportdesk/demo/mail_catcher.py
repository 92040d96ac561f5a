"""An SMTP server that keeps every mail as a file and sends none on.

`python -m supportdesk.demo.mail_catcher --port 8025 --folder .var/demo/mails`
"""

import argparse
import asyncio
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


class Keeper:
    """Writes each mail to a file of its own; names sort in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        content = envelope.content
        if not isinstance(content, bytes):  # never so while decode_data is off
            return "554 Not understood"
        head = "".join(f"X-Envelope-To: {to}\r\n" for to in envelope.rcpt_tos)
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(head.encode() + content)
        unfinished.rename(unfinished.with_suffix(".eml"))
        return OK


@contextmanager
def catching(folder: Path, port: int) -> Iterator[Controller]:
    """Catch mails on loopback while the block runs; port 0 takes a free one."""
    controller = Controller(
        Keeper(folder), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, ident="mail catcher"
    )
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()

    async def until_told_to_stop() -> None:
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, told.set)
        await told.wait()

    with catching(options.folder, options.port):
        asyncio.run(until_told_to_stop())


if __name__ == "__main__":
    main()
