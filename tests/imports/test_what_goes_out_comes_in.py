"""An export imports unchanged, and makes an empty desk what the other was."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import services as contracts
from contracts.models import Certificate, Contact, Contract, Customer, Order
from supportdesk import tables
from supportdesk.accounts.models import User
from supportdesk.imports.kinds import kinds
from tests.builders import a_contact, a_contract, a_customer, a_period, a_product
from tests.clock import tokyo
from tests.imports.files import checked, counts, imported, problems

pytestmark = pytest.mark.django_db

KINDS = ("customers", "contacts", "contracts", "certificates")
REPEATED = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What PostgreSQL can keep, and what a name can have.
NASTY = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30
)
FORMULAS = st.sampled_from(
    ["=1+1", "+81", "-", "@SUM(A1)", "＝A1", "'=x", "\t=1", "#REF!", "a?b", "???"]
)


def exported(kind: str) -> bytes:
    found = kinds()[kind]
    stored: Any = found.model._default_manager.all()
    return b"".join(tables.written(found.table(stored)))


def a_whole_desk() -> None:
    """Every kind of period, a correction, a withdrawn order, people with and without roles."""
    customer = a_customer("=株式会社①㈱髙﨑～")
    Customer.objects.filter(pk=customer.pk).update(note="2行の\r\nメモ\n", name_kana="アオバ")
    contact = a_contact(customer)
    Contact.objects.filter(pk=contact.pk).update(phone="+81-3-1234-5678", is_renewal=False)
    gone = a_contact(customer, "加藤 瞳")
    contracts.switch_off_contact(gone, now=tokyo("2024-04-01 10:00"))
    contract = a_contract(customer, site="")
    Contract.objects.filter(pk=contract.pk).update(customised=True, customisation_note="帳票")
    first = a_period(contract, accepted_on="2020-03-10", purchased_on="2020-03-05")
    assert first.certificate
    contracts.replace_certificate(
        first.certificate,
        starts_on=first.starts_on,
        ends_on=first.ends_on + timedelta(days=9),
        reason="お客さまの\nご希望",
        by=None,
        now=tokyo("2020-06-01 10:00"),
    )
    a_period(contract, accepted_on="2021-04-01")
    a_period(contract, accepted_on="2022-08-15")
    last = a_period(contract, accepted_on="2025-01-20")
    contracts.withdraw_order(last, reason="誤り", by=None, now=tokyo("2025-02-01 10:00"))
    a_period(contract, accepted_on="2025-03-01")
    a_period(a_contract(a_customer("ひばり運輸")))


def forget() -> None:
    """An empty desk: whatever keeps certificates as they are is for people, not for this test."""
    from django.db import connection

    names = ", ".join(
        model._meta.db_table for model in (Certificate, Order, Contract, Contact, Customer)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {names} CASCADE")
    User.objects.filter(is_staff=False).delete()


def test_an_export_changes_nothing_where_it_came_from() -> None:
    a_whole_desk()
    for kind in KINDS:
        run = checked(kind, exported(kind))
        assert (run.same, run.total) == (run.total, run.total), (kind, problems(run))
        assert run.total > 0


def test_an_export_makes_an_empty_desk_the_same() -> None:
    a_whole_desk()
    files = {kind: exported(kind) for kind in KINDS}
    orders = list(Order.objects.order_by("accepted_on", "starts_on").values_list(*ORDER))
    forget()
    for kind in KINDS:
        imported(kind, files[kind])
        assert exported(kind) == files[kind]
    assert list(Order.objects.order_by("accepted_on", "starts_on").values_list(*ORDER)) == orders
    assert not Certificate.objects.filter(announce=True).exists()


ORDER = ("kind", "accepted_on", "entitled_from", "starts_on", "ends_on", "withdrawal_reason")


@REPEATED
@given(
    st.lists(st.tuples(NASTY | FORMULAS, NASTY | FORMULAS | st.just("")), min_size=1, max_size=5)
)
def test_whatever_a_customer_is_called_goes_out_and_is_the_same(
    rows: list[tuple[str, str]],
) -> None:
    Customer.objects.all().delete()
    for number, (name, note) in enumerate(rows):
        Customer.objects.create(number=f"C-{number}", name=name, name_kana=note[:9], note=note)
    run = checked("customers", exported("customers"))
    assert counts(run) == (0, 0, len(rows), 0), problems(run)


@REPEATED
@given(
    bought=st.dates(date(2015, 1, 1), date(2019, 12, 31)),
    orders=st.lists(st.integers(1, 700), min_size=1, max_size=4),
)
def test_any_history_of_orders_comes_back_as_it_was(bought: date, orders: list[int]) -> None:
    contract, on = a_contract(a_customer(), a_product()), bought
    for days in orders:
        on += timedelta(days=days)
        a_period(contract, accepted_on=on.isoformat(), purchased_on=bought.isoformat())
        bought_once = {"purchased_on": bought}
        Contract.objects.filter(pk=contract.pk).update(**bought_once)
    theirs = Order.objects.filter(contract=contract).order_by("starts_on")
    before = list(theirs.values_list(*ORDER))
    files = {kind: exported(kind) for kind in ("customers", "contracts", "certificates")}
    forget()
    for kind, file in files.items():
        imported(kind, file)
    theirs = Order.objects.filter(contract__number=contract.number).order_by("starts_on")
    assert list(theirs.values_list(*ORDER)) == before


def test_a_name_that_went_through_a_spreadsheet_of_shift_jis_is_the_same() -> None:
    Customer.objects.create(number="C-1", name="株式会社①㈱髙﨑〜サンプル−本社")  # wave dash, minus
    saved = exported("customers").decode("utf-8-sig").replace("〜", "～").replace("−", "－")
    assert counts(checked("customers", saved.encode("cp932"))) == (0, 0, 1, 0)
