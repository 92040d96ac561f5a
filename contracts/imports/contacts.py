"""The people of customers, by their mail addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from contracts.imports.customers import MERGED
from contracts.imports.reading import address, kana, phone
from contracts.models import Contact, Customer
from supportdesk.accounts.models import User
from supportdesk.imports.domain.cells import NO, YES, number, words, yes_or_no
from supportdesk.imports.kinds import Cells, Change, Column, Kind, Planned, Row, spelled
from supportdesk.imports.problems import Problem
from supportdesk.imports.zeros import Padded

_TAKEN = gettext_noop(
    "このメールアドレスは、お客さまの担当者ではない利用者が使っています。"
    "別のアドレスを入力してください。"
)
_OF_ANOTHER = gettext_noop(
    "このメールアドレスは、お客さま「%(number)s」の担当者として登録されています。"
    "お客さまは変更できません。"
)
_TEXTS = ("name_kana", "department", "phone")
_ROLES = ("is_contract", "is_technical", "is_renewal")


@dataclass(frozen=True, slots=True)
class _Found:
    contacts: dict[str, Contact]
    taken: set[str]
    customers: dict[str, Customer]
    padded: Padded


def _role(code: str, header: str, example: str) -> Column:
    return Column(
        code=code,
        header=header,
        parse=yes_or_no,
        help=_("「はい」または「いいえ」。空欄は「いいえ」。"),
        example=example,
    )


class Contacts(Kind[Contact, _Found]):
    code = "contacts"
    title = _("ご担当者")
    intro = _(
        "メールアドレスごとに1行です。取り込んでも案内のメールは送りません。"
        "お客さまを先に取り込んでください。"
    )
    model = Contact
    key = family = "email"
    columns = (
        Column(
            code="email",
            header="メールアドレス",
            parse=address,
            required=True,
            help=_("サインインに使うアドレス。取り込みでは変更できません。"),
            example="sasaki@aoba.example",
        ),
        Column(
            code="customer",
            header="お客さま番号",
            parse=number(20),
            required=True,
            help=_("登録されている番号。"),
            example="C-00123",
        ),
        Column(code="name", header="氏名", parse=words(80), required=True, example="佐々木 亮"),
        Column(
            code="name_kana",
            header="氏名（フリガナ）",
            parse=kana(120),
            example="ササキ リョウ",
            help=_("カタカナ、ひらがな、半角カナのどれでも。"),
        ),
        Column(code="department", header="部署", parse=words(120), example="情報システム部"),
        Column(
            code="phone",
            header="電話番号",
            parse=phone,
            help=_("市外局番から。列の書式を「文字列」にすると、先頭の0が残ります。"),
            example="03-1234-5678",
        ),
        _role("is_contract", "契約の担当", YES),
        _role("is_technical", "技術の担当", YES),
        _role("is_renewal", "更新の担当", NO),
        Column(
            code="is_active",
            header="有効",
            parse=yes_or_no,
            help=_("「いいえ」にするとサインインできません。新しい行の空欄は「はい」。"),
            example=YES,
        ),
    )

    def find(self, rows: Sequence[Row], *, lock: bool, today: date) -> _Found:
        addresses = spelled(rows, "email")
        stored = Contact.objects.filter(user__email__in=addresses)
        if lock:
            stored = stored.select_for_update(no_key=True, of=("self", "user")).order_by("pk")
        contacts = {one.email: one for one in stored.select_related("user", "customer")}
        users = User.objects.filter(email__in=addresses - contacts.keys())
        named = Customer.objects.filter(number__in=spelled(rows, "customer"))
        customers = {one.number: one for one in named.select_related("merge__into")}
        return _Found(
            contacts,
            set(users.values_list("email", flat=True)),
            customers,
            Padded.among(Customer.objects, rows, "customer", customers),
        )

    def existing(self, row: Row, found: _Found) -> Contact | None:
        return row.named("email", found.contacts)

    def cells_of(self, stored: Contact) -> Cells:
        return {
            "email": stored.email,
            "customer": stored.customer.number,
            "name": stored.name,
            **{name: getattr(stored, name) for name in _TEXTS},
            **{name: YES if getattr(stored, name) else NO for name in (*_ROLES, "is_active")},
        }

    def settle(self, row: Row, found: _Found) -> Iterable[Problem]:
        customer = row.named("customer", found.customers)
        if customer is None:
            yield from found.padded.unknown(row, "customer")
        else:
            row.cells["customer"] = customer.number
        for name in (*_ROLES, "is_active"):
            if row.cells.get(name) == "":  # no answer: what is stored stays
                del row.cells[name]

    def object_to(
        self, row: Row, stored: Contact | None, changes: Sequence[Change], found: _Found
    ) -> Iterable[Problem]:
        if stored is None and row.cells.get("email") in found.taken:
            yield Problem("email", _TAKEN)
        if stored and any(change.column == "customer" for change in changes):
            yield Problem("email", _OF_ANOTHER, {"number": stored.customer.number})
        customer = row.named("customer", found.customers)
        if stored is None and customer and customer.is_merged:
            facts = {"number": customer.number, "into": customer.merge.into.number}
            yield Problem("customer", MERGED, facts)

    def write(
        self, planned: Sequence[Planned[Contact]], found: _Found, *, by: User, now: datetime
    ) -> None:
        new = [self._new(one, found, now) for one in planned if one.existing is None]
        User.objects.bulk_create([contact.user for contact in new])
        Contact.objects.bulk_create(new)
        changed = [self._changed(one, one.existing) for one in planned if one.existing]
        fields = [*_TEXTS, *_ROLES, "is_active"]
        Contact.objects.bulk_update(changed, fields, batch_size=500)
        people = [contact.user for contact in changed]
        User.objects.bulk_update(people, ["name", "is_active"], batch_size=500)

    def _new(self, one: Planned[Contact], found: _Found, now: datetime) -> Contact:
        user = User(email=one.value("email"), joined_at=now, password=make_password(None))
        contact = Contact(customer=found.customers[one.value("customer")], user=user)
        return self._changed(one, contact)

    def _changed(self, one: Planned[Contact], contact: Contact) -> Contact:
        for name in _TEXTS:
            setattr(contact, name, one.value(name, getattr(contact, name)))
        for name in (*_ROLES, "is_active"):
            if name in one.row.cells:
                setattr(contact, name, one.row.cells[name] == YES)
        contact.user.name = one.value("name", contact.user.name)
        contact.user.is_active = contact.is_active
        return contact

    def for_export(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("customer", "user").order_by("customer__number", "pk")
