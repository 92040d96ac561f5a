"""Certificates issued before the desk kept them: each makes the order of its period (3-4).

Their dates govern. What is registered is never altered here: a certificate of the file is new, or
it is there already, word for word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from contracts.imports.periods import KINDS, Past, write_past
from contracts.models import Certificate, Contract, Order
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.imports.domain.cells import choice, count, day, note, number, words
from supportdesk.imports.kinds import Cells, Change, Column, Kind, Planned, Row, spelled
from supportdesk.imports.problems import Problem
from supportdesk.imports.zeros import Padded

_MAY_BE_PRINTED_EMPTY = ("site", "support_service_number")

_UNALTERED = gettext_noop(
    "証書は書き換えません（登録は「%(stored)s」）。"
    "訂正は、証書のページの「訂正して差し替える」で行ってください。"
)
_AHEAD = gettext_noop("先の日付です。今日までの日付を入力してください。")
_REVERSED = gettext_noop("期間の始まり（%(first)s）より前です。")
_ENTITLED_LATE = gettext_noop("期間の始まり（%(first)s）より後です。")
_NEEDS_REASON = gettext_noop("理由を入力してください。")
_NEEDS_OTHER = gettext_noop("「%(column)s」が空欄のときは、ここも空欄にしてください。")


@dataclass(slots=True)
class Found:
    """What is registered about the contracts of the rows, and the rows' own periods."""

    today: date
    contracts: dict[str, Contract]
    certificates: dict[str, Certificate]
    padded: Padded
    standing: dict[int, list[Order]] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)


def _printed(code: str, header: str, parse: Any, example: str = "") -> Column:
    return Column(
        code=code,
        header=header,
        parse=parse,
        help=_("証書の記載のとおりに。空欄は、いまの登録のとおりにします。"),
        example=example,
    )


class Certificates(Kind[Certificate, Found]):
    code = "certificates"
    title = _("過去の証書と期間")
    intro = _(
        "証書番号ごとに1行です。注文と期間を作り、証書の日付がその期間になります。"
        "お客さまにメールは送りません。"
    )
    model = Certificate
    key = "number"
    family = "contract"
    columns = (
        Column(
            code="number",
            header="証書番号",
            parse=number(20),
            required=True,
            help=_("20文字まで。番号はそのまま残ります。"),
            example="2024-000871",
        ),
        Column(
            code="contract",
            header="契約番号",
            parse=number(20),
            required=True,
            help=_("登録されている番号。"),
            example="S-00456",
        ),
        Column(
            code="kind",
            header="種類",
            parse=choice(KINDS),
            required=True,
            help=_("初年度・更新・満了後の更新・再継続 のどれか。"),
            example="更新",
        ),
        Column(
            code="accepted_on",
            header="受付日",
            parse=day,
            required=True,
            help=_("注文を受け付けた日。"),
            example="2025-03-12",
        ),
        Column(
            code="issued_on",
            header="発行日",
            parse=day,
            help=_("空欄は受付日と同じにします。"),
            example="2025-03-13",
        ),
        Column(
            code="entitled_from",
            header="サポートを受けられる最初の日",
            parse=day,
            help=_("空欄は、初年度なら購入日、ほかは期間の始まりと同じにします。"),
            example="2025-04-01",
        ),
        Column(
            code="starts_on", header="期間の始まり", parse=day, required=True, example="2025-04-01"
        ),
        Column(
            code="ends_on", header="期間の終わり", parse=day, required=True, example="2026-03-31"
        ),
        Column(
            code="customer_order_number",
            header="お客さまの注文番号",
            parse=words(60),
            example="PO-8812",
        ),
        _printed("customer_name", "宛名", words(120), "株式会社あおば工業"),
        _printed("product_name", "製品名", words(120)),
        _printed("support_name", "商品名", words(160)),
        _printed("quantity", "数量", count, "100"),
        Column(code="site", header="設置先", parse=words(80), example="本社"),
        Column(code="support_service_number", header="サポートサービス番号", parse=words(30)),
        Column(
            code="replaces",
            header="差し替え前の証書",
            parse=number(20),
            help=_("訂正の証書だけ。同じファイルにある証書番号。"),
        ),
        Column(code="reason", header="差し替えの理由", parse=note(1000)),
        Column(
            code="withdrawn_on",
            header="取り下げ日",
            parse=day,
            help=_("注文が取り下げられているときだけ。"),
        ),
        Column(code="withdrawal_reason", header="取り下げの理由", parse=note(1000)),
    )

    def find(self, rows: Sequence[Row], *, lock: bool, today: date) -> Found:
        named = Contract.objects.filter(number__in=spelled(rows, "contract"))
        if lock:
            named = named.select_for_update(no_key=True, of=("self",)).order_by("pk")
        contracts = {one.number: one for one in named.select_related("customer", "product")}
        stored = self.for_export(Certificate.objects.filter(number__in=spelled(rows, "number")))
        found = Found(
            today,
            contracts,
            {one.number: one for one in stored},
            Padded.among(Contract.objects, rows, "contract", contracts),
        )
        standing = Order.objects.standing().filter(contract__in=contracts.values())
        for order in standing.prefetch_related("certificates"):
            found.standing.setdefault(order.contract_id, []).append(order)
        return found

    def existing(self, row: Row, found: Found) -> Certificate | None:
        return row.named("number", found.certificates)

    def cells_of(self, stored: Certificate) -> Cells:
        order = stored.order
        withdrawn = order.withdrawn_at
        return {
            "number": stored.number,
            "contract": order.contract.number,
            "kind": KINDS[stored.kind],
            "accepted_on": order.accepted_on.isoformat(),
            "issued_on": stored.issued_on.isoformat(),
            "entitled_from": stored.entitled_from.isoformat(),
            "starts_on": stored.starts_on.isoformat(),
            "ends_on": stored.ends_on.isoformat(),
            "customer_order_number": order.customer_order_number,
            "customer_name": stored.customer_name,
            "product_name": stored.product_name,
            "support_name": stored.support_name,
            "quantity": str(stored.quantity),
            "site": stored.site,
            "support_service_number": stored.support_service_number,
            "replaces": stored.replaces.number if stored.replaces else "",
            "reason": "\n".join(stored.reason.splitlines()),
            "withdrawn_on": clock.today(withdrawn).isoformat() if withdrawn else "",
            "withdrawal_reason": "\n".join(order.withdrawal_reason.splitlines()),
        }

    def settle(self, row: Row, found: Found) -> Iterable[Problem]:
        contract = row.named("contract", found.contracts)
        if contract is None:
            yield from found.padded.unknown(row, "contract")
        else:
            row.cells["contract"] = contract.number
        for column in self.columns:  # an empty cell says nothing: a default, or what is registered
            if row.cells.get(column.code) == "" and column.code not in _MAY_BE_PRINTED_EMPTY:
                del row.cells[column.code]

    def object_to(
        self, row: Row, stored: Certificate | None, changes: Sequence[Change], found: Found
    ) -> Iterable[Problem]:
        if stored is not None:
            for change in changes:
                yield Problem(change.column, _UNALTERED, {"stored": change.before})
            return
        cells = row.cells
        for column in ("accepted_on", "issued_on", "withdrawn_on"):
            if cells.get(column, "") > found.today.isoformat():
                yield Problem(column, _AHEAD)
        first = cells.get("starts_on", "")
        if first and cells.get("ends_on", first) < first:
            yield Problem("ends_on", _REVERSED, {"first": first})
        if first and cells.get("entitled_from", first) > first:
            yield Problem("entitled_from", _ENTITLED_LATE, {"first": first})
        for what, why in (("replaces", "reason"), ("withdrawn_on", "withdrawal_reason")):
            if what in cells and why not in cells:
                yield Problem(why, _NEEDS_REASON)
            elif why in cells and what not in cells:
                header = next(one.header for one in self.columns if one.code == what)
                yield Problem(why, _NEEDS_OTHER, {"column": header})

    def judge_together(self, planned: Sequence[Planned[Certificate]], found: Found) -> None:
        """Periods of one contract never overlap; a correction belongs to what it corrects."""
        by_contract: dict[int, list[Planned[Certificate]]] = {}
        for one in planned:
            contract = found.contracts.get(one.row.cells.get("contract", ""))
            if contract and one.existing is None and not one.problems:
                by_contract.setdefault(contract.pk, []).append(one)
        contracts = {one.pk: one for one in found.contracts.values()}
        for pk, rows in by_contract.items():
            past = Past(contracts[pk], found.standing.get(pk, []), found.certificates)
            past.judge(rows)
            found.past.append(past)

    def write(
        self, planned: Sequence[Planned[Certificate]], found: Found, *, by: User, now: datetime
    ) -> None:
        write_past(found.past, by=by, now=now)

    def for_export(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Corrections stand below what they correct: their numbers may not."""
        read = rows.select_related("order__contract", "replaces")
        return read.order_by("order__contract__number", "order__accepted_on", "order", "pk")
