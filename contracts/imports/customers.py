"""Customers by their numbers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from contracts.imports.reading import kana
from contracts.models import Customer, CustomerName
from supportdesk.accounts.models import User
from supportdesk.imports.domain.cells import note, number, words
from supportdesk.imports.kinds import Cells, Change, Column, Kind, Planned, Row, spelled
from supportdesk.imports.problems import Problem
from supportdesk.imports.zeros import Padded

type Found = tuple[dict[str, Customer], Padded]

MERGED = gettext_noop(
    "「%(number)s」は「%(into)s」に統合されています。統合先の番号を入力してください。"
)


class Customers(Kind[Customer, Found]):
    code = "customers"
    title = _("お客さま")
    intro = _("会社ごとに1行です。番号が同じ行は、登録内容の変更になります。")
    model = Customer
    key = family = "number"
    columns = (
        Column(
            code="number",
            header="お客さま番号",
            parse=number(20),
            required=True,
            help=_("20文字まで。先頭の0も番号の一部です。"),
            example="C-00123",
        ),
        Column(
            code="name",
            header="会社名",
            parse=words(120),
            required=True,
            help=_("証書に印刷する名前のとおりに。"),
            example="株式会社あおば工業",
        ),
        Column(
            code="name_kana",
            header="会社名（フリガナ）",
            parse=kana(160),
            help=_("カタカナ、ひらがな、半角カナのどれでも。"),
            example="カブシキガイシャアオバコウギョウ",
        ),
        Column(
            code="note",
            header="社内メモ",
            parse=note(5000),
            help=_("お客さまには見えません。"),
        ),
    )

    def find(self, rows: Sequence[Row], *, lock: bool, today: date) -> Found:
        stored = Customer.objects.filter(number__in=spelled(rows, "number"))
        if lock:
            stored = stored.select_for_update(no_key=True, of=("self",)).order_by("pk")
        found = {one.number: one for one in stored.select_related("merge__into")}
        return found, Padded.among(Customer.objects, rows, "number", found)

    def existing(self, row: Row, found: Found) -> Customer | None:
        return row.named("number", found[0])

    def cells_of(self, stored: Customer) -> Cells:
        return {
            "number": stored.number,
            "name": stored.name,
            "name_kana": stored.name_kana,
            "note": "\n".join(stored.note.splitlines()),
        }

    def object_to(
        self, row: Row, stored: Customer | None, changes: Sequence[Change], found: Found
    ) -> Iterable[Problem]:
        if stored is None:
            yield from found[1].lost(row, "number")
        elif stored.is_merged and changes:
            facts = {"number": stored.number, "into": stored.merge.into.number}
            yield Problem("number", MERGED, facts)

    def write(
        self, planned: Sequence[Planned[Customer]], found: Found, *, by: User, now: datetime
    ) -> None:
        new: list[Customer] = []
        changed: list[Customer] = []
        former: list[CustomerName] = []
        for one in planned:
            customer = one.existing or Customer(number=one.value("number"))
            if one.existing and any(
                change.column in ("name", "name_kana") for change in one.changes
            ):
                former.append(
                    CustomerName(
                        customer=customer,
                        name=customer.name,
                        name_kana=customer.name_kana,
                        changed_at=now,
                        changed_by=by,
                    )
                )
            customer.name = one.value("name", customer.name)
            customer.name_kana = one.value("name_kana", customer.name_kana)
            customer.note = one.value("note", customer.note)
            (changed if one.existing else new).append(customer)
        CustomerName.objects.bulk_create(former)
        Customer.objects.bulk_create(new)
        Customer.objects.bulk_update(changed, ["name", "name_kana", "note"], batch_size=500)

    def for_export(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.order_by("number")
