"""Form fields for what people type in Japanese: faults in plain words, counts beside the limits."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inquiries.domain import text as typed
from supportdesk.presenting.widgets import ManyFilesDrop

REQUIRED = {"required": gettext_lazy("入力してください")}


class TypedField(forms.Field):
    """A text whose faults are told in words that say what to enter.

    `least` and `max_length` count characters after cleaning. The control has no maxlength: it
    would silently cut off what is pasted.
    """

    def __init__(
        self, *, max_length: int, least: int = 0, empty: Any = None, **kwargs: Any
    ) -> None:
        self.max_length, self.least = max_length, least
        super().__init__(error_messages={"required": empty or REQUIRED["required"]}, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"data-count": self.max_length} if isinstance(widget, forms.Textarea) else {}

    def cleaned(self, value: str) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        if typed.fault_of(text):
            raise ValidationError(
                _("保存できない文字が含まれています。文字を入力し直してください。")
            )
        return self.cleaned(text)

    def validate(self, value: Any) -> None:
        super().validate(value)
        length = typed.length(value)
        if value and length < self.least:
            told = _("%(limit)s文字以上で入力してください（いま %(now)s文字）")
            raise ValidationError(_count(told, self.least, length))
        if length > self.max_length:
            told = _("%(limit)s文字以内で入力してください（いま %(now)s文字）")
            raise ValidationError(_count(told, self.max_length, length))


def _count(text: str, limit: int, length: int) -> str:
    return text % {"limit": f"{limit:,}", "now": f"{length:,}"}


class LineField(TypedField):
    """One line: widths folded, breaks and runs of spaces made one space."""

    def cleaned(self, value: str) -> str:
        return typed.clean_line(value)


class BlockField(TypedField):
    """Several lines, as typed."""

    widget = forms.Textarea

    def cleaned(self, value: str) -> str:
        return typed.clean_block(value)


class FilesField(forms.Field):
    """Several files at once; the draft keeps them, whatever the other fields say."""

    widget = ManyFilesDrop

    def clean(self, value: Any) -> None:
        """Nothing: each file has been judged on its own."""


def too_many_files(most: int) -> str:
    return ngettext(
        "添付できるのは %(n)dつまでです。不要なファイルを取り消してください。",
        "添付できるのは %(n)dつまでです。不要なファイルを取り消してください。",
        most,
    ) % {"n": most}
