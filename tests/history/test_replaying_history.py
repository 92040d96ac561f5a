"""History told again from its first row gives the table as it stands, whatever was done to it."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.business_calendar.models import Closure
from supportdesk.history.reading import record_model_of

pytestmark = pytest.mark.django_db

NAMES = st.text("あいうアイウ休業 '%{}\\", min_size=1, max_size=8)
ROWS = st.integers(0, 5)
ACTIONS = st.one_of(
    st.tuples(st.just("create"), NAMES),
    st.tuples(st.just("rename"), ROWS, NAMES),
    st.tuples(st.just("rename all"), NAMES),
    st.tuples(st.just("by sql"), NAMES),
    st.tuples(st.just("create many"), st.lists(NAMES, max_size=4)),
    st.tuples(st.just("save as it is"), ROWS),
    st.tuples(st.just("delete"), ROWS),
    st.tuples(st.just("delete all")),
    st.tuples(st.just("take back"), NAMES),
)


def a_closure(name: str) -> Closure:
    return Closure(name=name, starts_on=date(2026, 12, 29), ends_on=date(2027, 1, 3))


def do(action: Any) -> None:
    what, *facts = action
    rows = list(Closure.objects.order_by("pk"))
    match what, facts:
        case "create", [name]:
            a_closure(name).save()
        case "create many", [names]:
            Closure.objects.bulk_create([a_closure(name) for name in names])
        case "rename", [n, name] if rows:
            Closure.objects.filter(pk=rows[n % len(rows)].pk).update(name=name)
        case "rename all", [name]:
            Closure.objects.update(name=name)
        case "by sql", [name]:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE business_calendar_closure SET name = %s, sends = NOT sends", [name]
                )
        case "save as it is", [n] if rows:
            rows[n % len(rows)].save()
        case "delete", [n] if rows:
            rows[n % len(rows)].delete()
        case "delete all", []:
            Closure.objects.all().delete()
        case "take back", [name]:
            with transaction.atomic():
                a_closure(name).save()
                Closure.objects.update(name=name)
                transaction.set_rollback(True)


def told_again() -> dict[int, dict[str, Any]]:
    """The table, made from its history alone."""
    records: Any = record_model_of(Closure)
    names = [field.attname for field in Closure._meta.concrete_fields]
    table: dict[int, dict[str, Any]] = {}
    for record in records.objects.order_by("pgh_id"):
        if record.pgh_label == "delete":
            del table[record.pgh_obj_id]
            continue
        assert (record.pgh_label == "insert") == (record.pgh_obj_id not in table)
        row = {name: getattr(record, name) for name in names}
        assert row != table.get(record.pgh_obj_id), "a change that changed nothing"
        table[record.pgh_obj_id] = row
    return table


@given(actions=st.lists(ACTIONS, max_size=12))
def test_the_history_is_the_table(actions: list[Any]) -> None:
    with transaction.atomic():
        for action in actions:
            do(action)
        names = [field.attname for field in Closure._meta.concrete_fields]
        stands = {row["id"]: row for row in Closure.objects.values(*names)}
        assert told_again() == stands
        transaction.set_rollback(True)
