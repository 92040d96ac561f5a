"""What clerks type about orders and certificates."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
)

from contracts import services
from contracts.domain.periods import PeriodDecision
from contracts.forms.fields import day_field, note_field, number, text_field
from contracts.models import Contract
from contracts.models.channels import STAFF_CHANNELS


class OrderForm(forms.Form):
    """An order as it came in; the desk decides the period from it."""

    contract_number = text_field(_("契約番号"), max_length=40, help_text=_("例：S-10482"))
    accepted_on = day_field(_("受付日"), help_text=_("注文を当社が受け付けた日"))
    purchased_on = day_field(
        _("初回ライセンス購入日"), required=False, help_text=_("初年度の注文のときに入力します")
    )
    product = forms.ChoiceField(
        label=_("注文された商品"),
        choices=[("plain", _("年間サポート")), ("recontinuation", _("再継続年間サポート"))],
        initial="plain",
        widget=UnfoldAdminRadioSelectWidget,
    )
    channel = forms.ChoiceField(
        label=_("受付の方法"),
        choices=[("", _("記録しない")), *STAFF_CHANNELS],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    customer_order_number = text_field(_("お客さまの注文番号"), max_length=60, required=False)
    decision_note = note_field(_("確認した内容と判断"), required=False)

    contract: Contract

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["accepted_on"].widget.attrs["max"] = today.isoformat()

    def clean_contract_number(self) -> str:
        typed = number(self.cleaned_data["contract_number"])
        contract = Contract.objects.with_periods().filter(number__iexact=typed).first()
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
    reason = note_field(_("取り下げの理由"))


class ReplacementForm(forms.Form):
    """A corrected certificate (3-4)."""

    starts_on = day_field(_("期間の始まり"))
    ends_on = day_field(_("期間の終わり"))
    reason = note_field(_("差し替えの理由"), help_text=_("お客さまへのメールに載ります。"))
