"""What customers and staff type about contracts, made clean. Forms write nothing."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from contracts import services
from contracts.domain.periods import PeriodDecision
from contracts.domain.writing import HYPHENS, kana, phone
from contracts.models import Contact, Contract, Customer
from supportdesk.accounts.models import User
from supportdesk.presenting.dates import day_text

_DAY_ERRORS = {
    "required": _("日付を入力してください。"),
    "invalid": _("カレンダーにある日付を入力してください。"),
}


class WhatIfForm(forms.Form):
    """更新の時期をくらべる: on which day would the order be accepted?"""

    on = forms.DateField(
        label=_("ご注文の受付日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-width": "short"}),
        error_messages=_DAY_ERRORS,
    )

    def __init__(self, *args: Any, first: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = first, last
        self.fields["on"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not self.first <= on <= self.last:
            text = _("%(first)s から %(last)s までの日付を入力してください。")
            raise forms.ValidationError(
                text % {"first": day_text(self.first), "last": day_text(self.last)}
            )
        return on


# --- Staff ------------------------------------------------------------------------


def _day_field(label: Any, **options: Any) -> forms.DateField:
    classes = " ".join(INPUT_CLASSES)
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": classes})
    return forms.DateField(label=label, widget=widget, error_messages=_DAY_ERRORS, **options)


def _text_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=UnfoldAdminTextInputWidget, **options)


def _note_field(label: Any, **options: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=1000, widget=widget, **options)


def _number(typed: str) -> str:
    """A number as it is registered, whatever the keyboard's width and the kind of hyphen."""
    return "".join(unicodedata.normalize("NFKC", typed).translate(HYPHENS).split())


class OrderForm(forms.Form):
    """An order as it came in; the desk decides the period from it."""

    contract_number = _text_field(_("契約番号"), max_length=40, help_text=_("例：S-10482"))
    accepted_on = _day_field(_("受付日"), help_text=_("注文を当社が受け付けた日"))
    purchased_on = _day_field(
        _("初回ライセンス購入日"), required=False, help_text=_("初年度の注文のときに入力します")
    )
    product = forms.ChoiceField(
        label=_("注文された商品"),
        choices=[("plain", _("年間サポート")), ("recontinuation", _("再継続年間サポート"))],
        initial="plain",
        widget=UnfoldAdminRadioSelectWidget,
    )
    customer_order_number = _text_field(_("お客さまの注文番号"), max_length=60, required=False)
    decision_note = _note_field(_("確認した内容と判断"), required=False)

    contract: Contract

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["accepted_on"].widget.attrs["max"] = today.isoformat()

    def clean_contract_number(self) -> str:
        number = _number(self.cleaned_data["contract_number"])
        contract = Contract.objects.with_periods().filter(number__iexact=number).first()
        if contract is None:
            raise forms.ValidationError(_("登録されている契約番号を入力してください。"))
        self.contract = contract
        return contract.number

    def clean_accepted_on(self) -> date:
        accepted_on: date = self.cleaned_data["accepted_on"]
        if accepted_on > self.today:
            raise forms.ValidationError(_("受付日には、今日までの日付を入力してください。"))
        return accepted_on

    @property
    def recontinuation(self) -> bool:
        return bool(self.cleaned_data["product"] == "recontinuation")

    def preview(self) -> PeriodDecision:
        return services.preview_order(
            self.contract,
            accepted_on=self.cleaned_data["accepted_on"],
            purchased_on=self.cleaned_data["purchased_on"],
        )


class WithdrawalForm(forms.Form):
    reason = _note_field(_("取り下げの理由"))


class ReplacementForm(forms.Form):
    """A corrected certificate (3-4)."""

    starts_on = _day_field(_("期間の始まり"))
    ends_on = _day_field(_("期間の終わり"))
    reason = _note_field(_("差し替えの理由"))


def _cleaned(clean: Callable[[str], str], text: str, error: Any) -> str:
    try:
        return clean(text)
    except ValueError:
        raise forms.ValidationError(error) from None


class ContactForm(forms.ModelForm[Contact]):
    """What can be changed of a contact; the mail address is who they sign in as, and stays."""

    name = _text_field(_("氏名"), max_length=80)

    class Meta:
        model = Contact
        fields: ClassVar = [
            "name_kana",
            "department",
            "phone",
            "is_contract",
            "is_technical",
            "is_renewal",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["name"].initial = self.instance.name

    def clean_name_kana(self) -> str:
        error = _("カタカナまたはひらがなで入力してください。")
        return _cleaned(kana, self.cleaned_data["name_kana"], error)

    def clean_phone(self) -> str:
        error = _("市外局番から、数字とハイフンで入力してください。")
        return _cleaned(phone, self.cleaned_data["phone"], error)


class NewContactForm(ContactForm):
    """The same for a person who cannot sign in yet."""

    email = forms.CharField(
        label=_("メールアドレス"), max_length=320, widget=UnfoldAdminEmailInputWidget
    )
    field_order = ["name", "name_kana", "email", "department", "phone"]

    class Meta(ContactForm.Meta):
        widgets: ClassVar = {
            "name_kana": UnfoldAdminTextInputWidget,
            "department": UnfoldAdminTextInputWidget,
            "phone": UnfoldAdminTextInputWidget,
            "is_contract": UnfoldBooleanWidget,
            "is_technical": UnfoldBooleanWidget,
            "is_renewal": UnfoldBooleanWidget,
        }

    def clean_email(self) -> str:
        try:
            address = services.clean_address(self.cleaned_data["email"])
        except services.RefusedError as error:
            raise forms.ValidationError(str(error)) from error
        if User.objects.filter(email=address).exists():
            raise forms.ValidationError(_("このメールアドレスはすでに登録されています。"))
        return address


class _CustomerField(forms.ModelChoiceField[Customer]):
    """A customer by the number they are known by: a list of thousands is no help."""

    def to_python(self, value: Any) -> Customer | None:
        return super().to_python(_number(value) if isinstance(value, str) else value)


class ContractForm(forms.ModelForm[Contract]):
    customer = _CustomerField(
        label=_("お客さま番号"),
        queryset=Customer.objects.all(),
        to_field_name="number",
        widget=UnfoldAdminTextInputWidget,
        help_text=_("お客さまのページの「契約を登録」から始めると、入力されています"),
        error_messages={"invalid_choice": _("登録されているお客さま番号を入力してください。")},
    )

    class Meta:
        model = Contract
        fields: ClassVar = [
            "number",
            "customer",
            "product",
            "site",
            "quantity",
            "purchased_on",
            "support_service_number",
            "customised",
            "customisation_note",
        ]


class CustomerForm(forms.ModelForm[Customer]):
    class Meta:
        model = Customer
        fields: ClassVar = ["number", "name", "name_kana", "note"]

    def clean_name_kana(self) -> str:
        error = _("カタカナまたはひらがなで入力してください。")
        return _cleaned(kana, self.cleaned_data["name_kana"], error)
