"""A desk of the size that it may grow to: one story told by the services, multiplied by SQL.

    customers 20,000 (one of them with 300 contracts) · contracts 100,000 · periods and certificates
    300,000 · licences 200,000 · keys 300,000 · applications 100,700 · inquiries 200,000 ·
    promises 500,000 · mails 300,000

`--part 10` makes a tenth of it.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

NOW = "2026-11-20 16:58"
CUSTOMERS, CONTRACTS, LICENSES = 20_000, 100_000, 200_000
APPLICATIONS, OPEN_APPLICATIONS, INQUIRIES, OPEN_INQUIRIES = 100_000, 700, 200_000, 1_000
PROMISES, MAILS = 500_000, 300_000
GROUP = 300  # contracts of the one large customer
FIRST = 1_000_000  # ids from here on are multiplied; below them is the story


@contextmanager
def database(name: str, *, keep: bool) -> Iterator[bool]:
    """A migrated database of that name on the embedded server; gives whether it is filled."""
    import django
    from django.conf import settings
    from django.db import connection

    import tests.services  # noqa: F401  the embedded server, unless DATABASE_URL names one

    django.setup()
    settings.ALLOWED_HOSTS = ["*"]  # the test client's name
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(0, autoclobber=True, serialize=False, keepdb=keep)
    try:
        from contracts.models import Customer

        yield Customer.objects.filter(pk__gt=FIRST).exists()
    finally:
        connection.close()
        if not keep:
            connection.creation.destroy_test_db(name, verbosity=0)


def fill(part: int = 1) -> None:
    """Tell the story and multiply it; with `part`, that fraction of it."""
    from django.db import connection

    from supportdesk import clock
    from tests.clock import set_desk_clock

    clock.make_shiftable()
    set_desk_clock(NOW)
    story = _Story()
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for step in (_people, _contracts, _licences, _promises, _applications, _inquiries, _mails):
            step(cursor, story, part)
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class _Story:
    """One of each, as the services make them: what is multiplied has the right shape."""

    def __init__(self) -> None:
        import tempfile

        from inquiries.models import Message
        from licensing.models import Application
        from licensing.services import issue_due
        from supportdesk.outbox.models import Mail
        from tests.clock import tokyo
        from tests.inquiries.desk import Form, a_covered_contact, signed_in
        from tests.licensing import builders
        from tests.signing.keys import a_key_ring

        self.contact, contract = a_covered_contact()
        self.order = contract.orders.get()
        self.certificate = self.order.certificates.get()
        self.application = builders.an_application("2026-11-20 10:00", self.contact)
        self.held = builders.a_held_application("2026-11-20 10:05")
        self.waiting = builders.an_application("2026-11-20 17:05")
        with a_key_ring(Path(tempfile.mkdtemp())):
            issue_due(now=tokyo(NOW))
        self.issued = Application.objects.get(pk=self.application.pk)
        self.key = self.issued.keys.get()
        self.inquiry = Form(signed_in(self.contact.user), contract).through()
        self.question = Message.objects.get(inquiry=self.inquiry, kind="question")
        self.mail = Mail.objects.filter(kind__contains="ack").first() or Mail.objects.first()


def _multiply(cursor: Any, row: Any, count: int, **columns: str) -> None:
    """`count` copies of a row, with these columns as SQL expressions of n = 1 … count."""
    table = row._meta.db_table
    cursor.execute(
        f'SELECT to_jsonb(t) FROM "{table}" t WHERE t."{row._meta.pk.column}" = %s', [row.pk]
    )
    (template,) = cursor.fetchone()
    changed = ", ".join(f"'{name}', {expression}" for name, expression in columns.items())
    changed = changed.replace("%", "%%")
    cursor.execute(
        f'INSERT INTO "{table}" SELECT r.* FROM generate_series(1, %s) n, '
        f'LATERAL jsonb_populate_record(NULL::"{table}", %s::jsonb || '
        f"jsonb_build_object({changed})) r",
        [count, template if isinstance(template, str) else json.dumps(template)],
    )
    print(f"  {count:>9,} {table}", flush=True)


_ID = f"{FIRST} + n"
_COMPANIES = "(ARRAY['青葉','若葉','みどり','東洋','北斗','山王','日の出','中央','第一','光'])"


def _people(cursor: Any, story: _Story, part: int) -> None:
    count = CUSTOMERS // part
    name = f"'株式会社' || {_COMPANIES}[1 + n % 10] || '製作所' || n"
    _multiply(
        cursor, story.contact.customer, count, id=_ID, number="'K-' || n", name=name,
        name_kana="'カブシキガイシャ' || n",
    )  # fmt: skip
    _multiply(
        cursor, story.contact.user, count, id=_ID, name="'担当 ' || n",
        email="'contact' || n || '@example' || n || '.example'",
    )  # fmt: skip
    _multiply(cursor, story.contact, count, id=_ID, customer_id=_ID, user_id=_ID)


def _customer_of_contract(part: int) -> str:
    return f"{FIRST} + CASE WHEN n <= {GROUP} THEN 1 ELSE 2 + n % ({CUSTOMERS // part} - 1) END"


def _contracts(cursor: Any, story: _Story, part: int) -> None:
    from django.conf import settings

    count = CONTRACTS // part
    _multiply(
        cursor, story.order.contract, count, id=_ID, number="'B-' || n",
        customer_id=_customer_of_contract(part), site="'事業所' || n",
    )  # fmt: skip
    # Three periods each, the last of which ends between the end of 2025 and the autumn of 2027.
    starts = (
        "(date '2022-12-01' + make_interval(months => (n / 3 % 24)::int, years => (n % 3)::int))"
    )
    period = {
        "entitled_from": f"{starts}::date",
        "starts_on": f"{starts}::date",
        "ends_on": f"({starts} + interval '1 year - 1 day')::date",
    }
    kinds = "CASE n % 3 WHEN 0 THEN 'initial' ELSE 'renewal' END"
    _multiply(
        cursor, story.order, 3 * count - 2, id=_ID, contract_id=f"{FIRST} + n / 3 + 1", kind=kinds,
        accepted_on=f"({starts} - interval '20 days')::date", **period,
    )  # fmt: skip
    _multiply(
        cursor, story.certificate, 3 * count - 2, id=_ID, order_id=_ID, kind=kinds,
        announce="false",
        number="to_char(2000 + n / 1000000, 'FM0000') || '-' || to_char(n % 1000000, 'FM000000')",
        signed_at="'2026-01-01T00:00:00Z'", signed_text="'signed'", kid="'2026a'", **period,
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO contracts_reminder (order_id, stage, expires_on, reminded_at, told_staff) "
        "SELECT id, stage, ends_on, now(), false FROM contracts_order, unnest(%s) stage "
        f"WHERE id > {FIRST} AND ends_on BETWEEN '2026-08-01' AND '2027-04-01'",
        [settings.RENEWAL_REMINDER_DAYS],
    )


def _licences(cursor: Any, story: _Story, part: int) -> None:
    count = LICENSES // part
    _multiply(
        cursor, story.application.license, count, id=_ID, number="'LB-' || n",
        contract_id=f"{FIRST} + (n + 1) / 2",
    )  # fmt: skip


_KEY = {
    "server_name": "'app' || n % 90000 || '.example.jp'",
    "host_code": "upper(lpad(to_hex(n * 7919), 16, '7'))",
}


def _promises(cursor: Any, story: _Story, part: int) -> None:
    """Of applications first, then of inquiries, then of what is long over."""
    applications = (APPLICATIONS + OPEN_APPLICATIONS) // part
    issued, done = APPLICATIONS // part, applications + (INQUIRIES - OPEN_INQUIRIES) // part
    settled = f"n <= {issued} OR n > {applications} AND n <= {done} OR n > {done + OPEN_INQUIRIES}"
    started = "timestamptz '2026-11-20 10:00+09' - make_interval(mins => n % 1500000)"
    _multiply(
        cursor, story.issued.promise, PROMISES // part, id=_ID,
        subject_kind=f"CASE WHEN n <= {applications} THEN 'application' ELSE 'inquiry' END",
        subject_number="'P' || n", clock_started_at=started, made_at=started, mail_id="null::uuid",
        state=f"CASE WHEN {settled} THEN 'kept' ELSE 'owed' END",
        settled_at=f"CASE WHEN {settled} THEN {started} END",
        promised_on=f"CASE WHEN {settled} THEN ({started})::date ELSE date '2026-11-24' END",
        release_at="timestamptz '2026-11-24 09:00+09'",
    )  # fmt: skip


def _applications(cursor: Any, story: _Story, part: int) -> None:
    done = APPLICATIONS // part
    sent = "timestamptz '2026-11-20 10:00+09' - make_interval(mins => n * 5)"
    _multiply(
        cursor, story.issued, done, id=_ID, number="'A' || n", license_id=_ID, promise_id=_ID,
        applicant_id=f"{FIRST} + 1 + n % {CUSTOMERS // part}", token="gen_random_uuid()",
        sent_at=sent, accepted_at=sent, issued_at=sent,
    )  # fmt: skip
    for row, first, count in (
        (story.waiting, done, OPEN_APPLICATIONS * 5 // 7 // part),
        (story.held, done + OPEN_APPLICATIONS * 5 // 7 // part, OPEN_APPLICATIONS * 2 // 7 // part),
    ):
        promise = "review_promise_id" if row is story.held else "promise_id"
        _multiply(
            cursor, row, count, id=f"{_ID} + {first}", number=f"'A' || {first} + n",
            license_id=f"{FIRST} + {first} + n", token="gen_random_uuid()",
            **{promise: f"{FIRST} + {first} + n"},
        )  # fmt: skip
    _keys(cursor, story, part, done)


def _keys(cursor: Any, story: _Story, part: int, done: int) -> None:
    """A key in force for each licence; half of them had one before."""
    licenses = LICENSES // part
    _multiply(
        cursor, story.key, licenses, id=_ID, license_id=_ID, replaces_id="null::bigint",
        application_id=f"CASE WHEN n <= {done} THEN {FIRST} + n END",
        serial="'LB-' || n || '-02'", issue_number="2", **_KEY,
        issued_at="timestamptz '2026-11-20 10:00+09' - make_interval(mins => n * 5)",
    )  # fmt: skip
    _multiply(
        cursor, story.key, done, id=f"{_ID} + {licenses}", license_id=_ID,
        replaces_id="null::bigint",
        application_id="null::bigint", serial="'LB-' || n || '-01'", issue_number="1", **_KEY,
        issued_at="timestamptz '2025-11-20 10:00+09' - make_interval(mins => n * 5)",
        superseded_at="timestamptz '2026-11-20 10:00+09' - make_interval(mins => n * 5)",
        tolerated_until="date '2027-01-19' - n / 288",
    )  # fmt: skip
    cursor.execute(
        f"UPDATE licensing_key SET replaces_id = id + {licenses} "
        f"WHERE id > {FIRST} AND id <= {FIRST + done}"
    )
    cursor.execute(
        "INSERT INTO licensing_serverstop (key_id, application_id, report_by, note, reminded_at, "
        "stopped_on, reported_at, reported_by_id) "
        "SELECT replaces_id, application_id, date '2026-12-20' - (n / 50)::int, '', now(), "
        "CASE WHEN n > 500 THEN date '2025-12-01' END, "
        "CASE WHEN n > 500 THEN timestamptz '2026-11-01 10:00+09' END, "
        f"CASE WHEN n > 500 THEN {FIRST} + 1 END FROM "
        "(SELECT *, row_number() OVER (ORDER BY id) n FROM licensing_key "
        f"WHERE id > {FIRST} AND replaces_id IS NOT NULL) k"
    )


def _inquiries(cursor: Any, story: _Story, part: int) -> None:
    count, open_ = INQUIRIES // part, OPEN_INQUIRIES // part
    first = (APPLICATIONS + OPEN_APPLICATIONS) // part
    over = f"n <= {count - open_}"
    sent = "timestamptz '2026-11-20 10:00+09' - make_interval(mins => n * 3)"
    _multiply(
        cursor, story.inquiry, count, id=_ID, number="'I' || n", promise_id=f"{_ID} + {first}",
        contract_id=f"{FIRST} + 1 + n % {CONTRACTS // part}", form_token="gen_random_uuid()",
        customer_id=f"{FIRST} + 1 + n % {CUSTOMERS // part}",
        asked_by_id=f"{FIRST} + 1 + n % {CUSTOMERS // part}", sent_at=sent, moved_at=sent,
        status=f"CASE WHEN {over} THEN 'closed' ELSE '{story.inquiry.status}' END",
        closed_at=f"CASE WHEN {over} THEN {sent} END",
        subject="'印刷ができません ' || n",
    )  # fmt: skip
    _multiply(
        cursor, story.question, count, id=_ID, inquiry_id=_ID, posted_at=sent,
        form_token="null::uuid",
    )  # fmt: skip


def _mails(cursor: Any, story: _Story, part: int) -> None:
    due = "timestamptz '2026-11-20 16:00+09' - make_interval(mins => n)"
    _multiply(
        cursor, story.mail, MAILS // part, id="gen_random_uuid()", subject_key="'bench:' || n",
        bounce_token="md5(n::text)", state="'sent'", due_at=due, put_at=due, sent_at=due,
        dated_at=due, secret="false",
    )  # fmt: skip
