"""Fields that staff's forms share, and how what is typed in them is made clean."""

import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from contracts.domain.writing import HYPHENS

DAY_ERRORS = {
    "required": _("日付を入力してください。"),
    "invalid": _("カレンダーにある日付を入力してください。"),
}


def day_field(label: Any, **options: Any) -> forms.DateField:
    classes = " ".join(INPUT_CLASSES)
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": classes})
    return forms.DateField(label=label, widget=widget, error_messages=DAY_ERRORS, **options)


def text_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=UnfoldAdminTextInputWidget, **options)


def note_field(label: Any, **options: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=1000, widget=widget, **options)


def number(typed: str) -> str:
    """A number as it is registered, whatever the keyboard's width and the kind of hyphen."""
    return "".join(unicodedata.normalize("NFKC", typed).translate(HYPHENS).split())


def cleaned(clean: Callable[[str], str], text: str, error: Any) -> str:
    try:
        return clean(text)
    except ValueError:
        raise forms.ValidationError(error) from None
