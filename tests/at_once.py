"""Several people or workers at the same moment, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, connections

type Refusals = type[Exception] | tuple[type[Exception], ...]


def at_once(*works: Callable[[], object], refused: Refusals = ()) -> list[Any]:
    """What each of them came to, in their order. A `refused` error is a result; others are raised.

    For tests on real transactions: `django_db(transaction=True)`.
    """
    together = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            together.wait(timeout=30)
            return work()
        except refused as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
