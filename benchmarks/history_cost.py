"""What history costs: 100,000 contracts inserted, then changed, with its triggers and without.

python benchmarks/history_cost.py [ROWS]     a database of its own on the embedded server
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")


def main(rows: int) -> None:
    import django
    from django.db import connection

    import tests.services  # noqa: F401  the embedded server, unless DATABASE_URL names one

    django.setup()
    connection.settings_dict["TEST"]["NAME"] = f"benchmark_history_{os.getpid()}"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        for kept in (False, True):
            _measure(rows, kept=kept)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _measure(rows: int, *, kept: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE contracts_customer, contracts_customerrecord RESTART IDENTITY CASCADE"
        )
        switch = "ENABLE" if kept else "DISABLE"
        cursor.execute(f"ALTER TABLE contracts_customer {switch} TRIGGER USER")
    took = [_timed(_insert, rows), _timed(_update, rows)]
    word = "with history" if kept else "without"
    print(f"{word:>14}: insert {took[0]:6.2f} s, update {took[1]:6.2f} s  ({rows:,} rows)")


def _timed(act: object, rows: int) -> float:
    began = time.perf_counter()
    act(rows)  # type: ignore[operator]
    return time.perf_counter() - began


def _insert(rows: int) -> None:
    from contracts.models import Customer

    made = (Customer(number=f"B-{n:07d}", name=f"株式会社 {n}") for n in range(rows))
    Customer.objects.bulk_create(made, batch_size=5000)


def _update(rows: int) -> None:
    from contracts.models import Customer

    Customer.objects.update(note="変更")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
