"""How long do the lists take when the desk has grown? Each page, its queries and its median time.

    python benchmarks/lists_at_scale.py [--keep] [--part 10] [--only words] [--slow MS]

Fills a database of its own on the embedded server (`big_desk`: 100,000 contracts, 200,000
licences, 500,000 promises; some minutes), asks for every staff list, the customers' pages and
every sweep of a worker, three times each, and prints for each page its queries, the milliseconds
that they took, and the median of the whole page. `--keep` keeps the database for the next run;
`--slow` prints the plan of each query over so many milliseconds.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from big_desk import FIRST, NOW, database, fill

RUNS = 3

STAFF = {
    "queue 対応の順番": "inquiries/inquiry/",
    "queue, closed": "inquiries/inquiry/?status__exact=closed",
    "queue, search": "inquiries/inquiry/?q=印刷ができません+77777",
    "scheduled answers": "inquiries/message/",
    "ledger 約束の記録": "promises/promise/",
    "ledger, owed": "promises/promise/?state__exact=owed",
    "ledger, search": "promises/promise/?q=P77777",
    "満了予定": "contracts/lastorder/",
    "満了予定 of a month": "contracts/lastorder/?month=2027-03",
    "満了済み": "contracts/lastorder/?list=lapsed",
    "未更新": "contracts/lastorder/?list=never",
    "満了済み, search": "contracts/lastorder/?list=lapsed&q=B-7777",
    "renewal orders": "contracts/renewalrequest/",
    "customers": "contracts/customer/",
    "customers, search": "contracts/customer/?q=製作所7777",
    "contracts": "contracts/contract/",
    "contracts, search": "contracts/contract/?q=B-77777",
    "certificates": "contracts/certificate/",
    "certificates, search": "contracts/certificate/?q=2000-077777",
    "applications": "licensing/application/",
    "applications, search": "licensing/application/?q=A77777",
    "keys": "licensing/key/",
    "keys, page 100": "licensing/key/?p=100",
    "keys, host code": "licensing/key/?q=0000-0259",
    "keys, server name": "licensing/key/?q=app77777",
    "keys, serial": "licensing/key/?q=LB-77777-02",
    "keys, customer": "licensing/key/?q=製作所7777",
    "licences": "licensing/license/",
    "licences, search": "licensing/license/?q=LB-77777",
    "server stops": "licensing/serverstop/",
    "revocation lists": "licensing/revocationlist/",
    "outbox 送信箱": "outbox/mail/",
    "outbox, failed": "outbox/mail/?state__exact=failed",
    "outbox, search": "outbox/mail/?q=contact1",
    "staff members": "accounts/staffmember/",
    "changes 変更履歴": "history/change/",
    "imports": "imports/importrun/",
    "one customer": f"contracts/customer/{FIRST + 77}/change/",
    "one contract": f"contracts/contract/{FIRST + 777}/change/",
    "one application": f"licensing/application/{FIRST + 777}/change/",
    "one key": f"licensing/key/{FIRST + 777}/change/",
    "one licence": f"licensing/license/{FIRST + 777}/change/",
    "one inquiry": f"inquiries/inquiry/{FIRST + 777}/change/",
}

CUSTOMER = {
    "home": "/",
    "contracts": "/contracts/",
    "people": "/contracts/people/",
    "inquiries": "/inquiries/",
    "new inquiry": "/inquiries/new/",
    "licences": "/license/",
    "calendar": "/calendar/",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    parser.add_argument("--part", type=int, default=1, help="so many times smaller")
    parser.add_argument("--only", default="", help="only pages whose name has these words")
    parser.add_argument("--slow", type=float, default=0, help="plans of queries over so many ms")
    given = parser.parse_args()
    with database("benchmark_lists", keep=given.keep) as filled:
        if not filled:
            print(f"Filling the desk (1/{given.part}):", flush=True)
            fill(given.part)
        print(f"{'':<44}{'queries':>8}{'in them':>9}{'median ms':>11}")
        for name, ask in _everything():
            if given.only in name:
                _measure(name, ask, given.slow)
    return 0


def _everything() -> Iterator[tuple[str, Callable[[], Any]]]:
    from supportdesk import clock
    from tests.clock import set_desk_clock

    clock.make_shiftable()
    set_desk_clock(NOW)
    staff = _staff()
    for name, path in STAFF.items():
        yield f"staff: {name}", _page(staff, f"/staff/{path}")
    for who, pk in (("a customer", FIRST + 77), ("300 contracts", FIRST + 1)):
        client = _customer(pk)
        for name, path in CUSTOMER.items():
            yield f"{who}: {name}", _page(client, path)
    yield from _sweeps()


def _page(client: Any, path: str) -> Callable[[], Any]:
    def ask() -> None:
        response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code} {response.get('Location', '')}")

    return ask


def _staff() -> Any:
    from supportdesk.accounts.models import User
    from tests.accounts.doors import staff_client
    from tests.builders import a_staff_member

    user = User.objects.filter(is_superuser=True).first() or a_staff_member()
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return staff_client(user)


def _customer(pk: int) -> Any:
    from django.test import Client

    from supportdesk.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=pk))
    return client


def _sweeps() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What every worker asks each second. Signing is left out: there is nothing to issue."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    from licensing.models import Application
    from supportdesk import clock

    due = Application.objects
    yield "sweep: what is due to be issued", lambda: list(due.due(clock.now())[:100])
    yield "sweep: provisional keys", lambda: list(due.provisional_due(clock.now())[:100])
    yield "sweep: the revocation list's serials", _listed
    yield "sweep: health/ready", _ready
    for path in settings.SWEEPS_BY_ROLE["worker"]:
        yield f"sweep: {path}", import_string(path)


def _listed() -> None:
    from licensing.models import Key
    from supportdesk import clock

    Key.objects.on_revocation_list(clock.today(clock.now())).count()


def _ready() -> None:
    from django.test import Client

    Client().get("/health/ready/")


def _measure(name: str, ask: Callable[[], Any], slow: float) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, inside = [], []
    for _run in range(RUNS):
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            ask()
            times.append(1000 * (time.perf_counter() - began))
        inside.append(1000 * sum(float(query["time"]) for query in queries))
    print(
        f"{name:<44}{len(queries):>8}{statistics.median(inside):>9.0f}"
        f"{statistics.median(times):>11.0f}",
        flush=True,
    )
    for query in queries if slow else ():
        if 1000 * float(query["time"]) >= slow and query["sql"].startswith("SELECT"):
            _explain(query["sql"])


def _explain(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
        print(f"\n{sql}\n" + "\n".join(line for (line,) in cursor.fetchall()) + "\n", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
