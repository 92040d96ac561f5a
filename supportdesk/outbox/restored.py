"""A backup that was restored knows nothing of what was sent since: it must not send it again (G22).

The database says which one it is (the cluster's number and its own within it). In another than
the one its mails belong to nothing is sent and no key issued, until somebody has said what the
relay has taken meanwhile.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from supportdesk.outbox.models import SPENT_CONTENT, Home, Mail

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_HERE = """
    SELECT (SELECT system_identifier::text FROM pg_control_system()), oid::bigint
    FROM pg_database WHERE datname = current_database()
"""


class RestoredError(Exception):
    """This database was restored, and nobody has said yet what was sent since."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found: taken and now recorded, unknown to this database, and still to go out."""

    recorded: int
    unknown: list[UUID]
    waiting: int


def is_home() -> bool:
    """Whether the mails of this database belong to it. Of one that sent none yet they do."""
    home = Home.objects.first()
    return home is None or (home.system, home.database) == _here()


def prove_home() -> None:
    """Before a batch of mail goes out, or keys are issued. Raises RestoredError.

    One that sends for the first time remembers which database it was.
    """
    system, database = _here()
    home, _ = Home.objects.get_or_create(defaults={"system": system, "database": database})
    if (home.system, home.database) != (system, database):
        raise RestoredError(
            "This database was restored from a backup or moved: nothing goes out before "
            "`manage.py restored` was told what was sent since (docs/operations.md, Restore)."
        )


def message_ids(lines: Iterable[str]) -> Iterator[UUID]:
    """Our own Message-IDs in a relay's log, or in any other text."""
    ours = re.compile(rf"\b({_UUID})@{re.escape(settings.BOUNCE_DOMAIN)}", re.IGNORECASE)
    for line in lines:
        for found in ours.findall(line):
            yield UUID(found)


def settle(taken: Iterable[UUID], *, now: datetime) -> Settled:
    """Record as sent what the relay has `taken`, and take this database as the desk's own.

    What is neither sent nor taken goes out as it would have. `now` (aware) is noted as the
    time of sending, which the backup cannot know.
    """
    ids = set(taken)
    with transaction.atomic(durable=True):
        known = Mail.objects.filter(pk__in=ids)
        unknown = ids.difference(known.values_list("pk", flat=True))
        recorded = known.exclude(Q(state=Mail.State.SENT) | Q(state=Mail.State.WITHDRAWN)).update(
            state=Mail.State.SENT,
            sent_at=now,
            retry_at=None,
            lease_token=None,
            leased_until=None,
            last_error="",
            content=SPENT_CONTENT,
        )
        system, database = _here()
        Home.objects.update_or_create(defaults={"system": system, "database": database})
        return Settled(recorded, sorted(unknown), Mail.objects.unsent().count())


def _here() -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        system, database = cursor.fetchone()
    return system, database
