"""How long do customers, contracts and past certificates take to come in, and to go out again?

    python benchmarks/import_contracts.py [--rows 100000] [--kinds contracts]

Imports so many customers, as many contracts and as many certificates (or those of these that are
named) through the services that the
pages and the workers use (dry run, confirmation, writing), exports each and imports the export,
which must change nothing. An empty database of its own, dropped afterwards.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

KINDS = ("customers", "contracts", "certificates")


def lines(kind: str, rows: int) -> Iterator[str]:
    """A file of that kind with so many rows."""
    heads = {
        "customers": "お客さま番号,会社名,会社名（フリガナ）,社内メモ",
        "contracts": "契約番号,お客さま番号,製品コード,設置先,数量,初回ライセンス購入日",
        "certificates": "証書番号,契約番号,種類,受付日,期間の始まり,期間の終わり",
    }
    yield heads[kind]
    for n in range(rows):
        yield {
            "customers": f"C-{n:06d},株式会社お客さま{n},カブシキガイシャ,",
            "contracts": f"S-{n:06d},C-{n:06d},dn-standard,本社,{n % 90 + 10},2024/3/{n % 28 + 1}",
            "certificates": f"2024-{n:06d},S-{n:06d},初年度,2024/3/{n % 28 + 1},2024/4/1,2025/3/31",
        }[kind]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    arguments = parser.parse_args()
    import django

    from tests import services as _real_servers  # noqa: F401 -- PostgreSQL before Django

    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner

    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"imports_{os.getpid()}"
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases(serialized_aliases=[])
    try:
        with TemporaryDirectory() as folder:
            settings.MEDIA_ROOT = Path(folder)
            measure(arguments.rows, arguments.kinds)
    finally:
        runner.teardown_databases(databases)


def measure(rows: int, wanted: Sequence[str]) -> None:
    from contracts.models import Customer, Product
    from supportdesk import clock, tables
    from supportdesk.accounts.models import User
    from supportdesk.imports.kinds import kinds

    by = User.objects.create_user("staff@supportdesk.example", name="担当", is_staff=True)
    Product.objects.create(
        code="dn-standard", name="製品", support_name="サポート", recontinuation_name="再継続"
    )
    now = clock.now()
    print(f"{'':<14}{'rows':>8}{'check':>8}{'write':>8}{'export':>8}{'again':>8}   seconds")
    if "customers" not in wanted:
        Customer.objects.bulk_create(
            Customer(number=f"C-{n:06d}", name=f"株式会社お客さま{n}") for n in range(rows)
        )
    for kind in wanted:
        content = "\r\n".join(lines(kind, rows)).encode("cp932")
        run, check = timed(checked, kind, [content], by, now)
        expect(run.new == rows, f"{run.state} {run.failure} {run.faulty}")
        _none, write = timed(written, run, by, now)
        found = kinds()[kind]
        stored = found.model._default_manager.all()
        pieces, export = timed(lambda table: list(tables.written(table)), found.table(stored))
        run, again = timed(checked, kind, pieces, by, now)
        expect(run.same == rows, f"{run.new} new, {run.changed} changed, {run.faulty} faulty")
        figures = "".join(f"{seconds:>8.1f}" for seconds in (check, write, export, again))
        print(f"{kind:<14}{rows:>8}{figures}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.process_time():.0f} s of this process's own, {peak} MB at its most")


def expect(right: bool, words: str) -> None:
    if not right:
        sys.exit(words)


def timed(act: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    begun = time.perf_counter()
    result = act(*arguments)
    return result, time.perf_counter() - begun


def checked(kind: str, pieces: list[bytes], by: Any, now: Any) -> Any:
    from supportdesk.imports import services

    file, sha256 = services.keep_file(pieces)
    size = sum(map(len, pieces))
    run = services.upload(
        kind, file=file, sha256=sha256, size=size, file_name="x.csv", by=by, now=now
    )
    services.run_next(now=now)
    run.refresh_from_db()
    return run


def written(run: Any, by: Any, now: Any) -> None:
    from supportdesk.imports import services

    services.confirm(run, digest=run.digest, by=by, now=now)
    services.run_next(now=now)
    run.refresh_from_db()
    expect(run.state == "applied", run.state)


if __name__ == "__main__":
    main()
