"""Keys that were issued before the desk kept them, in files; and all keys out, never their text.

A key of the file becomes a foreign one: known by server and code, without a signed text. What is
registered is never altered here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from contracts.models import Contract, Product
from licensing.domain import server_name
from licensing.domain.host_code import HostCodeError
from licensing.host_codes import as_shown, display, normalise
from licensing.models import Key, License
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.imports.domain.cells import count, day, note, number, words
from supportdesk.imports.kinds import Cells, Change, Column, Kind, Planned, Row, spelled
from supportdesk.imports.problems import Problem
from supportdesk.imports.zeros import Padded

_UNALTERED = gettext_noop("登録済みのキーは書き換えません（登録は「%(stored)s」）。")
_OF_THE_LICENSE = gettext_noop(
    "ライセンス「%(license)s」の登録と違います（登録は「%(stored)s」）。"
    "ライセンスの内容は、この取り込みでは変わりません。"
)
_NEEDS_CONTRACT = gettext_noop(
    "新しいライセンスには、契約番号が必要です。ライセンスの最初の行に入力してください。"
)
_NO_HOST_CODE = gettext_noop(
    "「%(text)s」はホストコードではありません。製品の画面のとおりに、16文字を入力してください。"
)
_NO_SERVER = gettext_noop(
    "「%(text)s」はサーバー名ではありません。半角の英数字とハイフンで入力してください。"
)
_AHEAD = gettext_noop("先の日付です。今日までの日付を入力してください。")
_BEFORE_ISSUE = gettext_noop("発行日（%(issued)s）より前です。")
_TWO_CURRENT = gettext_noop(
    "このライセンスには、失効していないキー「%(serial)s」がほかにあります。"
    "古いほうの失効日を入力してください。"
)
_NUMBER_TAKEN = gettext_noop("発行回数 %(number)s は、キー「%(serial)s」が使っています。")
_NEEDS_REASON = gettext_noop("取り消しの理由を入力してください。")
_NO_REVOCATION = gettext_noop("取り消し日が空欄のときは、ここも空欄にしてください。")

_OF_LICENSES = ("contract", "label", "quantity")
_ENDS = ("superseded_on", "revoked_on")


@dataclass(slots=True)
class Found:
    """What is registered about the serials, licences and contracts of the rows."""

    today: date
    keys: dict[str, Key]
    licenses: dict[str, License]
    contracts: dict[str, Contract]
    padded: Padded
    # Of each licence by its number: the serials of its issue numbers, and of the key in force.
    numbers: dict[str, dict[int, str]] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)
    # The first row of a licence that is not registered yet says what it is.
    new_licenses: dict[str, License] = field(default_factory=dict)


class Keys(Kind[Key, Found]):
    code = "keys"
    title = _("移行前のキー")
    intro = _(
        "キー番号ごとに1行です。署名のない「移行前に発行」のキーになり、お客さまにメールは送りません。"
        "ライセンスがまだなければ、一緒に登録します。"
    )
    model = Key
    key = "serial"
    family = "license"
    columns = (
        Column(
            code="serial",
            header="キー番号",
            parse=number(30),
            required=True,
            help=_("30文字まで。番号はそのまま残ります。"),
            example="L-00456-01",
        ),
        Column(
            code="license",
            header="ライセンス番号",
            parse=number(20),
            required=True,
            help=_("20文字まで。"),
            example="L-00456",
        ),
        Column(
            code="contract",
            header="契約番号",
            parse=number(20),
            help=_("新しいライセンスでは必須。登録されている番号。"),
            example="S-00456",
        ),
        Column(
            code="label",
            header="ライセンスの名称",
            parse=words(80),
            help=_("空欄は設置先か製品名にします。"),
            example="本社サーバー",
        ),
        Column(
            code="quantity",
            header="数量",
            parse=count,
            help=_("空欄は1。"),
            example="100",
        ),
        Column(
            code="server_name",
            header="サーバー名",
            parse=words(255),
            required=True,
            example="aoba-app01",
        ),
        Column(
            code="host_code",
            header="ホストコード",
            parse=words(60),
            required=True,
            help=_("製品の画面のとおりに。全角、小文字、ハイフンなしも読みます。"),
            example="7F3A-91C2-0B6E-D541",
        ),
        Column(
            code="issued_on",
            header="発行日",
            parse=day,
            required=True,
            help=_("2026-04-01、2026/4/1、令和8年4月1日 のどれでも。"),
            example="2024-04-01",
        ),
        Column(
            code="issue_number",
            header="発行回数",
            parse=count,
            help=_("空欄は、行の順に続きの番号にします。"),
            example="1",
        ),
        Column(
            code="superseded_on",
            header="失効日",
            parse=day,
            help=_("新しいキーに替わっているときだけ。"),
        ),
        Column(code="revoked_on", header="取り消し日", parse=day),
        Column(code="revocation_reason", header="取り消しの理由", parse=note(1000)),
        Column(code="klass", header="種類", parse=words(40), told=True),
    )

    def find(self, rows: Sequence[Row], *, lock: bool, today: date) -> Found:
        stored = self.for_export(Key.objects.filter(serial__in=spelled(rows, "serial")))
        licenses = License.objects.filter(number__in=spelled(rows, "license"))
        if lock:
            licenses = licenses.select_for_update(no_key=True, of=("self",)).order_by("pk")
        licenses = licenses.select_related("contract__product")
        named = Contract.objects.filter(number__in=spelled(rows, "contract"))
        contracts = {one.number: one for one in named.select_related("product")}
        found = Found(
            today,
            {one.serial: one for one in stored},
            {one.number: one for one in licenses},
            contracts,
            Padded.among(Contract.objects, rows, "contract", contracts),
        )
        theirs = Key.objects.filter(license__in=found.licenses.values()).select_related("license")
        for key in theirs:
            found.numbers.setdefault(key.license.number, {})[key.issue_number] = key.serial
        for key in theirs.current():
            found.current[key.license.number] = key.serial
        return found

    def existing(self, row: Row, found: Found) -> Key | None:
        return row.named("serial", found.keys)

    def cells_of(self, stored: Key) -> Cells:
        license_ = stored.license
        return {
            "serial": stored.serial,
            "license": license_.number,
            "contract": license_.contract.number,
            "label": license_.label,
            "quantity": str(license_.quantity),
            "server_name": stored.server_name,
            "host_code": as_shown(stored.host_code, stored),
            "issued_on": clock.today(stored.issued_at).isoformat(),
            "issue_number": str(stored.issue_number),
            "superseded_on": _on(stored.superseded_at),
            "revoked_on": _on(stored.revoked_at),
            "revocation_reason": "\n".join(stored.revocation_reason.splitlines()),
            "klass": str(stored.get_klass_display()),
        }

    def settle(self, row: Row, found: Found) -> Iterable[Problem]:
        for code in (*_OF_LICENSES, "issue_number"):  # an empty cell says nothing
            if row.cells.get(code) == "":
                del row.cells[code]
        if "contract" in row.cells:
            contract = row.named("contract", found.contracts)
            if contract is None:
                yield from found.padded.unknown(row, "contract")
            else:
                row.cells["contract"] = contract.number
        yield from self._settle_server(row)
        product = self._product(row, found)
        typed = row.cells.get("host_code")
        if typed and product:
            try:
                code = normalise(typed, product.code)
                row.cells["host_code"] = display(code, product.code)
            except HostCodeError:
                yield Problem("host_code", _NO_HOST_CODE, {"text": typed})

    def _settle_server(self, row: Row) -> Iterable[Problem]:
        typed = row.cells.get("server_name")
        if not typed:
            return
        try:
            row.cells["server_name"] = server_name.normalise(typed)
        except server_name.ServerNameError:
            yield Problem("server_name", _NO_SERVER, {"text": typed[:60]})

    def _product(self, row: Row, found: Found) -> Product | None:
        license_ = row.named("license", found.licenses)
        contract = license_.contract if license_ else row.named("contract", found.contracts)
        return contract.product if contract else None

    def object_to(
        self, row: Row, stored: Key | None, changes: Sequence[Change], found: Found
    ) -> Iterable[Problem]:
        if stored is not None:
            for change in changes:
                yield Problem(change.column, _UNALTERED, {"stored": change.before})
            return
        yield from _wrong_days(row.cells, found.today)
        license_ = row.named("license", found.licenses)
        if license_:
            yield from _unlike(license_, row.cells)

    def judge_together(self, planned: Sequence[Planned[Key]], found: Found) -> None:
        """One key in force for a licence, each issue counted once."""
        for one in sorted(planned, key=lambda each: each.row.line):
            if one.existing is None and not one.problems:
                one.problems += self._license(one, found)
                one.problems += _counted(one, found.numbers.setdefault(one.value("license"), {}))
                one.problems += _in_force(one, found.current)

    def _license(self, one: Planned[Key], found: Found) -> Iterable[Problem]:
        named = one.value("license")
        if named in found.licenses:
            return
        if named in found.new_licenses:
            yield from _unlike(found.new_licenses[named], one.row.cells)
            return
        contract = found.contracts.get(one.value("contract"))
        if contract is None:
            yield Problem("contract", _NEEDS_CONTRACT)
            return
        found.new_licenses[named] = License(
            contract=contract,
            number=named,
            label=one.value("label", (contract.site or contract.product.name)[:80]),
            quantity=int(one.value("quantity", "1")),
        )

    def write(
        self, planned: Sequence[Planned[Key]], found: Found, *, by: User, now: datetime
    ) -> None:
        License.objects.bulk_create(found.new_licenses.values())
        licenses = {**found.licenses, **found.new_licenses}
        Key.objects.bulk_create(_key(one, licenses[one.value("license")]) for one in planned)

    def for_export(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The signed text is not even read."""
        read = rows.select_related("license__contract__product").defer("sealed_text")
        return read.order_by("license__number", "issue_number")


def _wrong_days(cells: Cells, today: date) -> Iterable[Problem]:
    issued = cells.get("issued_on", "")
    for column in ("issued_on", *_ENDS):
        if cells.get(column, "") > today.isoformat():
            yield Problem(column, _AHEAD)
    for column in _ENDS:
        if cells.get(column) and cells[column] < issued:
            yield Problem(column, _BEFORE_ISSUE, {"issued": issued})
    if cells.get("revoked_on") and not cells.get("revocation_reason"):
        yield Problem("revocation_reason", _NEEDS_REASON)
    elif cells.get("revocation_reason") and not cells.get("revoked_on"):
        yield Problem("revocation_reason", _NO_REVOCATION)


def _unlike(license_: License, cells: Cells) -> Iterable[Problem]:
    """What the row says of its licence and what is registered differ."""
    stored = {
        "contract": license_.contract.number,
        "label": license_.label,
        "quantity": str(license_.quantity),
    }
    for column, value in stored.items():
        if cells.get(column, value) != value:
            facts = {"license": license_.number, "stored": value}
            yield Problem(column, _OF_THE_LICENSE, facts)


def _counted(one: Planned[Key], numbers: dict[int, str]) -> Iterable[Problem]:
    issue = int(one.value("issue_number", str(max(numbers, default=0) + 1)))
    if issue in numbers:
        facts: dict[str, str | int] = {"number": issue, "serial": numbers[issue]}
        yield Problem("issue_number", _NUMBER_TAKEN, facts)
    else:
        numbers[issue] = one.value("serial")
        one.row.cells["issue_number"] = str(issue)


def _in_force(one: Planned[Key], current: dict[str, str]) -> Iterable[Problem]:
    if any(one.value(column) for column in _ENDS):
        return
    other = current.setdefault(one.value("license"), one.value("serial"))
    if other != one.value("serial"):
        yield Problem("superseded_on", _TWO_CURRENT, {"serial": other})


def _key(one: Planned[Key], license_: License) -> Key:
    return Key(
        license=license_,
        klass=Key.Class.FOREIGN,
        issue_number=int(one.value("issue_number")),
        serial=one.value("serial"),
        server_name=one.value("server_name"),
        host_code=normalise(one.value("host_code"), license_.contract.product.code),
        issued_at=_at(one.value("issued_on")),
        superseded_at=_at(one.value("superseded_on")),
        revoked_at=_at(one.value("revoked_on")),
        revocation_reason=one.value("revocation_reason"),
    )


def _on(moment: datetime | None) -> str:
    return clock.today(moment).isoformat() if moment else ""


def _at(on: str) -> Any:
    """The beginning of a Tokyo day; None for an empty cell."""
    return datetime.combine(date.fromisoformat(on), time(), clock.TOKYO) if on else None
