"""Lists that grow over years: paged by key, searched field by field, each by its index."""

from typing import Any

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from contracts.models import Customer
from licensing.admin.search import keys_matching
from licensing.models import Key
from supportdesk import admin
from supportdesk.admin import PagesByKey, any_of
from supportdesk.promises.models import Promise
from tests.builders import a_customer
from tests.licensing.builders import a_license

pytestmark = pytest.mark.django_db


def plan_of(rows: Any) -> str:
    """The plan where reading whole tables is out of the question, as it is in large ones."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    return str(rows.explain())


def test_pages_come_in_order_each_row_once() -> None:
    made = [a_customer(f"株式会社{n}") for n in range(7)]
    rows = Customer.objects.filter(pk__in=[one.pk for one in made]).order_by("-number")
    pages = PagesByKey(rows, 3)
    shown = [list(pages.page(number)) for number in (1, 2, 3)]
    assert [len(page) for page in shown] == [3, 3, 1]
    assert [row for page in shown for row in page] == made[::-1]
    with pytest.raises(EmptyPage):
        pages.page(4)


def test_only_the_rows_of_the_page_are_read_whole() -> None:
    for n in range(4):
        a_customer(f"株式会社{n}")
    pages = PagesByKey(Customer.objects.order_by("number"), 2)
    with CaptureQueriesContext(connection) as queries:
        pages.page(2)
    _count, keys, rows = [each["sql"] for each in queries]
    assert '"name"' not in keys.partition("FROM")[0]
    assert '"name"' in rows


def test_a_search_finds_what_any_field_says_and_each_row_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both, by_number, other = a_customer("甲乙 C-77"), a_customer("丙"), a_customer("丁")
    Customer.objects.filter(pk=both.pk).update(number="C-77")
    Customer.objects.filter(pk=by_number.pk).update(number="XC-778")
    asked = [Q(name__icontains="c-77"), Q(number__icontains="c-77")]
    for most in (5000, 0):  # as keys, and where there are too many of them
        monkeypatch.setattr(admin, "_MOST_KEYS", most)
        found = list(Customer.objects.filter(any_of(Customer, asked)).order_by("pk"))
        assert found == [both, by_number]
    assert other not in found


@pytest.mark.parametrize(
    ("lookup", "index"),
    [
        ("server_name__icontains", "key_server_within"),
        ("serial__icontains", "key_serial_within"),
        ("host_code__contains", "key_host_code_within"),
    ],
)
def test_what_is_typed_on_the_telephone_is_found_by_an_index(lookup: str, index: str) -> None:
    assert index in plan_of(Key.objects.order_by().filter(**{lookup: "APP777"}))


def test_the_newest_come_without_sorting_them_all() -> None:
    keys = Key.objects.order_by("-issued_at", "-pk").values_list("pk")[:100]
    assert "key_newest" in plan_of(keys)
    promises = Promise.objects.order_by("-promised_on", "-pk").values_list("pk")[:100]
    assert "promise_newest" in plan_of(promises)


def test_a_key_is_found_by_server_licence_and_customer() -> None:
    license_ = a_license(server="kotori-app77")
    key = license_.keys.get()
    a_license(server="other")
    for typed in ("kotori-app77", license_.number, key.serial, key.host_code):
        assert list(Key.objects.filter(keys_matching(typed))) == [key]
