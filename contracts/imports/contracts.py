"""Contracts by their numbers. Customers and products are registered before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from contracts.imports.customers import MERGED
from contracts.models import Contract, Customer, Order, Product
from supportdesk.accounts.models import User
from supportdesk.imports.domain.cells import (
    NO,
    YES,
    count,
    day,
    note,
    number,
    same,
    slug,
    words,
    yes_or_no,
)
from supportdesk.imports.kinds import Cells, Change, Column, Kind, Planned, Row, spelled
from supportdesk.imports.problems import Problem
from supportdesk.imports.zeros import Padded

_NO_PRODUCT = gettext_noop(
    "「%(text)s」という製品はありません。製品コード（%(codes)s）を入力してください。"
)
_FIXED = gettext_noop("この契約には注文があるため、変更できません（登録は「%(stored)s」）。")
_IN_TEXT = ("site", "support_service_number", "customisation_note")
_FIXED_BY_ORDERS = ("customer", "product", "purchased_on")
_MOST_CODES = 6


@dataclass(frozen=True, slots=True)
class _Found:
    contracts: dict[str, Contract]
    with_orders: set[int]
    customers: dict[str, Customer]
    products: dict[str, Product]
    padded_contracts: Padded
    padded_customers: Padded


class Contracts(Kind[Contract, _Found]):
    code = "contracts"
    title = _("契約")
    intro = _("契約番号ごとに1行です。お客さまを先に取り込み、製品を登録しておいてください。")
    model = Contract
    key = family = "number"
    columns = (
        Column(
            code="number",
            header="契約番号",
            parse=slug(20),
            required=True,
            help=_("半角の英数字とハイフンで20文字まで。"),
            example="S-00456",
        ),
        Column(
            code="customer",
            header="お客さま番号",
            parse=number(20),
            required=True,
            help=_("登録されている番号。"),
            example="C-00123",
        ),
        Column(
            code="product",
            header="製品コード",
            parse=words(120),
            required=True,
            help=_("登録されている製品のコード。製品名でも読みます。"),
            example="dn-standard",
        ),
        Column(code="site", header="設置先", parse=words(80), example="本社"),
        Column(
            code="quantity",
            header="数量",
            parse=count,
            help=_("1以上の整数。新しい行の空欄は1。"),
            example="100",
        ),
        Column(
            code="purchased_on",
            header="初回ライセンス購入日",
            parse=day,
            help=_("2026-04-01、2026/4/1、令和8年4月1日 のどれでも。"),
            example="2025-03-12",
        ),
        Column(
            code="support_service_number",
            header="サポートサービス番号",
            parse=words(30),
            example="SS-2025-0456",
        ),
        Column(
            code="customised",
            header="カスタマイズ",
            parse=yes_or_no,
            help=_("「はい」または「いいえ」。空欄は「いいえ」。"),
            example=NO,
        ),
        Column(code="customisation_note", header="カスタマイズの内容", parse=note(5000)),
    )

    def find(self, rows: Sequence[Row], *, lock: bool, today: date) -> _Found:
        stored = Contract.objects.filter(number__in=spelled(rows, "number"))
        if lock:
            stored = stored.select_for_update(no_key=True, of=("self",)).order_by("pk")
        contracts = {one.number: one for one in stored.select_related("customer", "product")}
        standing = Order.objects.standing().filter(contract__in=contracts.values())
        named = Customer.objects.filter(number__in=spelled(rows, "customer"))
        customers = {one.number: one for one in named.select_related("merge__into")}
        return _Found(
            contracts,
            set(standing.values_list("contract_id", flat=True)),
            customers,
            {name: one for one in Product.objects.all() for name in (one.name, one.code)},
            Padded.among(Contract.objects, rows, "number", contracts),
            Padded.among(Customer.objects, rows, "customer", customers),
        )

    def existing(self, row: Row, found: _Found) -> Contract | None:
        return row.named("number", found.contracts)

    def cells_of(self, stored: Contract) -> Cells:
        return {
            "number": stored.number,
            "customer": stored.customer.number,
            "product": stored.product.code,
            "site": stored.site,
            "quantity": str(stored.quantity),
            "purchased_on": stored.purchased_on.isoformat() if stored.purchased_on else "",
            "support_service_number": stored.support_service_number,
            "customised": YES if stored.customised else NO,
            "customisation_note": "\n".join(stored.customisation_note.splitlines()),
        }

    def settle(self, row: Row, found: _Found) -> Iterable[Problem]:
        customer = row.named("customer", found.customers)
        if customer is None:
            yield from found.padded_customers.unknown(row, "customer")
        else:
            row.cells["customer"] = customer.number
        yield from self._settle_product(row, found)
        for name in ("quantity", "customised"):
            if row.cells.get(name) == "":  # no answer: what is stored stays
                del row.cells[name]

    def _settle_product(self, row: Row, found: _Found) -> Iterable[Problem]:
        typed = row.cells.get("product")
        if not typed:
            return
        product = row.named("product", found.products)
        product = product or next(
            (one for name, one in found.products.items() if same(name, typed)), None
        )
        if product:
            row.cells["product"] = product.code
            return
        codes = sorted({one.code for one in found.products.values()})[:_MOST_CODES]
        yield Problem("product", _NO_PRODUCT, {"text": typed, "codes": "、".join(codes)})

    def object_to(
        self, row: Row, stored: Contract | None, changes: Sequence[Change], found: _Found
    ) -> Iterable[Problem]:
        if stored is None:
            yield from found.padded_contracts.lost(row, "number")
        for change in changes:
            fixed = stored and stored.pk in found.with_orders
            if fixed and change.column in _FIXED_BY_ORDERS:
                yield Problem(change.column, _FIXED, {"stored": change.before})
        customer = row.named("customer", found.customers)
        moved = stored is None or any(change.column == "customer" for change in changes)
        if customer and customer.is_merged and moved:
            facts = {"number": customer.number, "into": customer.merge.into.number}
            yield Problem("customer", MERGED, facts)

    def write(
        self, planned: Sequence[Planned[Contract]], found: _Found, *, by: User, now: datetime
    ) -> None:
        new: list[Contract] = []
        changed: list[Contract] = []
        for one in planned:
            contract = one.existing or Contract(number=one.value("number"))
            self._fill(contract, one.row.cells, found)
            (changed if one.existing else new).append(contract)
        Contract.objects.bulk_create(new)
        fields = [*_IN_TEXT, *_FIXED_BY_ORDERS, "quantity", "customised"]
        Contract.objects.bulk_update(changed, fields, batch_size=500)

    def _fill(self, contract: Contract, cells: Cells, found: _Found) -> None:
        for name in _IN_TEXT:
            if name in cells:
                setattr(contract, name, cells[name])
        if "customer" in cells:
            contract.customer = found.customers[cells["customer"]]
        if "product" in cells:
            contract.product = found.products[cells["product"]]
        if "purchased_on" in cells:
            on = cells["purchased_on"]
            contract.purchased_on = date.fromisoformat(on) if on else None
        if "quantity" in cells:
            contract.quantity = int(cells["quantity"])
        if "customised" in cells:
            contract.customised = cells["customised"] == YES

    def for_export(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("customer", "product").order_by("number")
