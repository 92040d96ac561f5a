"""Writes the revocation list: a signed head, an empty line, and one serial a line.

A signed text holds 8,192 characters at most and flat values only, which thousands of
serials do not fit. Rather than a second format, the head signs their count and SHA-256:
the lines stay readable and searchable, and a changed one is found out (`list_changed`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from supportdesk.signing.keyring import Signer
from supportdesk.signing.verifier import REVOCATION_LIST, digest, list_lines


@dataclass(frozen=True, slots=True)
class WrittenList:
    """What is published, `text`, and what tells it from the list before."""

    text: str
    digest: str
    count: int


def write_list(
    serials: Collection[str], *, number: int, issued_at: datetime, next_on: date, signer: Signer
) -> WrittenList:
    """Sign the list: `issued_at` is aware, `next_on` the last Tokyo date before it is stale."""
    lines = list_lines(serials)
    count, sha256 = lines.count("\n"), digest(serials)
    head = signer.sign(
        {
            "type": REVOCATION_LIST,
            "number": number,
            "issued": issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "next": next_on.isoformat(),
            "count": count,
            "sha256": sha256,
        }
    )
    return WrittenList(f"{head}\n\n{lines}", sha256, count)
