"""What somebody types who cannot sign in: kept for a registered contact, believed by nobody."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from licensing.forms import fields
from licensing.models import Application


class MoveRequestForm(forms.Form):
    """Two numbers that only the customer has, and the new server's facts as they were typed."""

    certificate_number = forms.CharField(
        label=gettext_lazy("証書番号"),
        help_text=gettext_lazy("年間サポート証書に印刷されています。例　2026-004817"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input-short", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("証書番号を入力してください")},
    )
    service_number = forms.CharField(
        label=gettext_lazy("サポートサービス番号"),
        help_text=gettext_lazy("年間サポート証書に、証書番号とならんで印刷されています。"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input-short", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("サポートサービス番号を入力してください")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("変更の理由"),
        choices=Application.Reason.choices,
        widget=forms.RadioSelect(attrs={"class": "choices-2"}),
        error_messages={
            "required": gettext_lazy("変更の理由を 1つ選んでください"),
            "invalid_choice": gettext_lazy("一覧にある理由を 1つ選んでください"),
        },
    )
    new_server_name = fields.new_server_name()
    new_host_code = fields.new_host_code()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= fields.IN_OUR_WORDS

    def clean_certificate_number(self) -> str:
        return _number(self.cleaned_data["certificate_number"])[:20]

    def clean_service_number(self) -> str:
        return _number(self.cleaned_data["service_number"])[:30]

    def clean_new_host_code(self) -> str:
        # Which form of code is right depends on the licence, which is not to be told.
        return fields.line(self.cleaned_data["new_host_code"])[:40]

    def typed(self) -> dict[str, str]:
        """What the contact finds filled in."""
        names = ("reason", "new_server_name", "new_host_code")
        return {name: self.cleaned_data[name] for name in names}


def _number(typed: str) -> str:
    """A number as it is printed: any width, dash look-alikes as hyphens, no white space."""
    text = unicodedata.normalize("NFKC", typed)
    dashes = (
        each if unicodedata.category(each) != "Pd" and each not in "−ー" else "-" for each in text
    )
    return "".join("".join(dashes).split()).upper()
