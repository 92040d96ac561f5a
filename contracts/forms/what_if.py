"""On which day would an order be accepted?"""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.fields import DAY_ERRORS
from supportdesk.presenting.dates import day_text


class WhatIfForm(forms.Form):
    """更新の時期をくらべる: on which day would the order be accepted?"""

    on = forms.DateField(
        label=_("ご注文の受付日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-width": "short"}),
        error_messages=DAY_ERRORS,
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
