"""What a key is worth on a day, for pages, the admin and the verifier."""

from dataclasses import dataclass
from datetime import date

from licensing.domain.standing import Life, Standing, State, decide_standing
from licensing.models import Key
from supportdesk import clock


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyStanding:
    """A key that the desk knows: `state` on a day, its last day, and what came after it.

    `until` is the last day on which it works (current, provisional, overlap) or worked;
    None for a key without an end. `server_name` is for the customer's own pages only.
    """

    serial: str
    klass: str
    state: State
    until: date | None
    replaced_by: str
    server_name: str

    @property
    def in_force(self) -> bool:
        return Standing(self.state).in_force


def key_standing(serial: str, on: date) -> KeyStanding | None:
    """What the key of that serial is worth on the Tokyo date `on`; None for one never issued."""
    key = Key.objects.select_related("replaced_by", "resigned_by").filter(serial=serial).first()
    if key is None:
        return None
    standing = standing_of(key, on)
    # The one of another server first: it is what its customer knows.
    successor: Key | None = getattr(key, "replaced_by", None) or getattr(key, "resigned_by", None)
    return KeyStanding(
        serial=key.serial,
        klass=key.klass,
        state=standing.state,
        until=standing.until,
        replaced_by=successor.serial if successor else "",
        server_name=key.server_name,
    )


def standing_of(key: Key, on: date) -> Standing:
    """The decision for a row, without a query."""
    return decide_standing(
        Life(
            klass=key.klass,
            valid_until=key.valid_until,
            superseded_on=clock.today(key.superseded_at) if key.superseded_at else None,
            tolerated_until=key.tolerated_until,
            revoked_on=clock.today(key.revoked_at) if key.revoked_at else None,
        ),
        on,
    )
