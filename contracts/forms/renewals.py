"""What a customer types to order a renewal or to say no to one, and what a clerk types about it."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.fields import day_field, note_field

_TOO_LONG = _("%(limit_value)d文字以内で入力してください（いま %(show_value)d文字）")
_UNSEEN_TEXT = _("表示できない文字を除いて入力してください")
_ERRORS = {"max_length": _TOO_LONG, "null_characters_not_allowed": _UNSEEN_TEXT}


class RenewalForm(forms.Form):
    """A renewal as the customer orders it; contract, product and quantity are known."""

    customer_order_number = forms.CharField(
        label=_("貴社の注文番号"),
        help_text=_("注文書などの番号です。受付の控えに載せます。例　PO-2026-0117"),
        max_length=60,
        required=False,
        error_messages=_ERRORS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("ご連絡事項"),
        max_length=1000,
        required=False,
        error_messages=_ERRORS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_customer_order_number(self) -> str:
        return " ".join(_visible(self.cleaned_data["customer_order_number"]).split())

    def clean_note(self) -> str:
        return _visible(self.cleaned_data["note"])


class NonrenewalForm(forms.Form):
    """Why the customer does not go on; it need not be said."""

    reason = forms.CharField(
        label=_("理由"), max_length=200, required=False, error_messages=_ERRORS
    )

    def clean_reason(self) -> str:
        return " ".join(_visible(self.cleaned_data["reason"]).split())


class StaffNonrenewalForm(forms.Form):
    """What the customer said, and how, as staff write it down."""

    reason = note_field(_("連絡の内容と理由"))


class UndoForm(forms.Form):
    """Nothing to type: the button says it."""


class AcceptanceForm(forms.Form):
    """On which day the order counts as accepted: today, or with a reason an earlier one."""

    accepted_on = day_field(_("受付日"))
    reason = note_field(
        _("今日以外の日を受付日とする理由"),
        required=False,
        help_text=_("受付日を今日としないときに入力します。注文とともに記録に残ります"),
    )
    decision_note = note_field(_("確認した内容と判断"), required=False)

    def __init__(self, *args: Any, first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["accepted_on"].widget.attrs |= {
            "min": first.isoformat(),
            "max": today.isoformat(),
        }

    def clean_accepted_on(self) -> date:
        accepted_on: date = self.cleaned_data["accepted_on"]
        if accepted_on < self.first:
            raise forms.ValidationError(
                _("受付日には、注文が届いた日以降の日付を入力してください。")
            )
        if accepted_on > self.today:
            raise forms.ValidationError(_("受付日には、今日までの日付を入力してください。"))
        return accepted_on

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        earlier = cleaned.get("accepted_on", self.today) != self.today
        if earlier and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("今日以外の日を受付日とする理由を入力してください。"))
        return cleaned


class DeclineForm(forms.Form):
    reason = note_field(_("お断りする理由（お客さまにお伝えします）"))


def _visible(text: str) -> str:
    """Text without control characters and lone surrogates; line ends become one kind."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each == "\n" or unicodedata.category(each) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


_UNSEEN = {"Cc", "Cf", "Cs"}
