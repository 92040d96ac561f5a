"""Whether a provisional key is wanted, and why: in writing."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.forms import fields

LONGEST_REASON = 500


class ReasonForm(forms.Form):
    """Why it cannot wait for the regular key."""

    reason = forms.CharField(
        label=gettext_lazy("暫定キーが必要な理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("暫定キーが必要な理由を入力してください"),
            **fields.IN_OUR_WORDS,
        },
    )

    def clean_reason(self) -> str:
        return seen(self.cleaned_data["reason"])


class ProvisionalForm(forms.Form):
    """The same on 確認, where the key is an offer to be ticked."""

    wants_provisional = fields.CheckField(
        label=gettext_lazy("暫定キーをすぐに受け取る"), required=False
    )
    provisional_reason = forms.CharField(
        label=gettext_lazy("暫定キーが必要な理由"),
        help_text=gettext_lazy("暫定キーを受け取るときは、必ず入力してください。"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=fields.IN_OUR_WORDS,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        unsaid = not fields.visible(cleaned.get("provisional_reason", ""))
        if cleaned.get("wants_provisional") and unsaid and not self.errors:
            self.add_error("provisional_reason", _("暫定キーが必要な理由を入力してください"))
        return cleaned

    @property
    def reason(self) -> str:
        """Why it is wanted; "" where it is not."""
        if not self.cleaned_data["wants_provisional"]:
            return ""
        return fields.visible(self.cleaned_data["provisional_reason"])


def seen(text: str) -> str:
    """What can be seen of a reason. Raises ValidationError where that is nothing."""
    if not (kept := fields.visible(text)):
        raise forms.ValidationError(_("暫定キーが必要な理由を入力してください"))
    return kept
