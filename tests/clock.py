"""The desk's clock, set by a test: `with desk_clock("2026-11-20 16:55"): …`"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from supportdesk import clock


def tokyo(wall: str) -> datetime:
    """ "2026-11-20 16:55" as people in Tokyo read it."""
    return datetime.fromisoformat(wall).replace(tzinfo=clock.TOKYO)


def set_desk_clock(wall: str, *, ticking: bool = False) -> datetime:
    moment = tokyo(wall)
    clock.shift_to(moment, ticking=ticking)
    return moment


@contextmanager
def desk_clock(wall: str, *, ticking: bool = False) -> Iterator[datetime]:
    yield set_desk_clock(wall, ticking=ticking)
    clock.unshift()
