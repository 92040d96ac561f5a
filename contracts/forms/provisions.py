"""What staff type to serve a contract ahead of its certificate."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts import services
from contracts.forms.fields import day_field, text_field
from supportdesk.presenting.dates import day_text

REASON_MOST = 200


class ProvisionForm(forms.Form):
    """Until when, and why: the order is in, the certificate follows."""

    use_required_attribute = False

    until = day_field(_("期限"))
    reason = text_field(
        _("認める理由"),
        max_length=REASON_MOST,
        help_text=_("例：注文書 PO-1182 を本日 FAX で受領。お客さまには見えません。"),
        error_messages={"required": _("認める理由を入力してください。")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, services.longest_provision(today)
        until = self.fields["until"]
        until.widget.attrs |= {"min": today.isoformat(), "max": self.last.isoformat()}
        until.help_text = _("%(day)s まで。証書を発行した日からは、証書の期間が優先します。") % {
            "day": day_text(self.last)
        }

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not self.today <= until <= self.last:
            text = _("今日から %(day)s までの日付を入力してください。")
            raise forms.ValidationError(text % {"day": day_text(self.last)})
        return until


class ProvisionEndForm(forms.Form):
    """Nothing to type: only the yes."""
