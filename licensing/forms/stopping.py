"""What a customer types to report that the old server was shut down."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.forms.fields import IN_OUR_WORDS, note, visible
from supportdesk.presenting.dates import day_text
from supportdesk.presenting.moments import UnreadableError, read_moment

# A day without its year is the last such day, not the next: it has happened.
_BACK = timedelta(days=364)


class StopForm(forms.Form):
    """The day, from the issue of the new key to `today` (Tokyo dates)."""

    stopped_on = forms.CharField(
        label=gettext_lazy("停止した日"),
        help_text=gettext_lazy("例　2026/12/5、12月5日。全角でも入力できます。"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input-short"}),
        error_messages={"required": gettext_lazy("旧サーバーを停止した日を入力してください")},
    )
    note = note()

    def __init__(self, *args: Any, issued_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issued_on, self.today = issued_on, today
        for field in self.fields.values():
            field.error_messages |= IN_OUR_WORDS

    def clean_stopped_on(self) -> date:
        try:
            stopped_on = read_moment(
                self.cleaned_data["stopped_on"], today=self.today - _BACK
            ).date()
        except UnreadableError:
            raise ValidationError(_("2026/12/5 または 12月5日 の形で入力してください")) from None
        if not self.issued_on <= stopped_on <= self.today:
            raise ValidationError(self._range_words())
        return stopped_on

    def _range_words(self) -> str:
        text = _("新しいキーの発行日（%(first)s）から今日（%(last)s）までの日付を入力してください")
        return text % {"first": day_text(self.issued_on), "last": day_text(self.today)}

    def clean_note(self) -> str:
        return visible(self.cleaned_data["note"])
