"""What a customer may put right: before the key is issued, when it came back, or just after."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.domain.admission import Server
from licensing.forms import fields
from licensing.forms.applying import declaration_words, old_code_words
from licensing.models import Application
from licensing.services import Wanted


class CorrectionForm(forms.Form):
    """The fields of an application that is under way, filled in as it is."""

    old_server_name = fields.ServerNameField(
        label=gettext_lazy("いまのサーバー名"), max_length=fields.LONGEST_LINE
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("変更の理由"),
        choices=Application.Reason.choices,
        widget=forms.RadioSelect(attrs={"class": "choices-2"}),
    )
    new_server_name = fields.new_server_name()
    new_host_code = fields.new_host_code()
    new_os = fields.new_os()
    new_network = fields.new_network()
    planned_on = fields.planned_on()
    wants_overlap = fields.CheckField(
        label=gettext_lazy("いまのサーバー用に、期限付きの並行稼働キーも希望する"), required=False
    )
    note = fields.note()

    def __init__(self, *args: Any, application: Application, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.today = application, today
        self.fields["new_host_code"].help_text = _code_help(application)
        for field in self.fields.values():
            field.error_messages |= fields.IN_OUR_WORDS

    @staticmethod
    def typed(application: Application) -> dict[str, Any]:
        """The fields as the application has them, to begin with."""
        planned_on = application.planned_on
        return {
            "old_server_name": application.old_server_name,
            "reason": application.reason,
            "new_server_name": application.new_server_name,
            "new_host_code": application.shown_new_host_code,
            "new_os": application.new_os,
            "new_network": application.new_network,
            "planned_on": f"{planned_on:%Y/%m/%d}" if planned_on else "",
            "wants_overlap": "on" if application.wants_overlap else "",
            "note": application.note,
        }

    def clean_new_host_code(self) -> str:
        code = _read_code(self.cleaned_data["new_host_code"], self.application)
        key = self.application.license.current_key
        name = self.cleaned_data.get("new_server_name")
        if key and name and code == key.host_code and name != key.server_name:
            raise forms.ValidationError(old_code_words(key))
        return code

    def clean_planned_on(self) -> date | None:
        typed = self.cleaned_data["planned_on"]
        # A day that has passed since is nobody's mistake while it is left as it was.
        if typed == self.typed(self.application)["planned_on"]:
            return self.application.planned_on
        return fields.read_day(typed, self.today)

    def clean_note(self) -> str:
        return fields.visible(self.cleaned_data["note"])

    def clean_new_os(self) -> str:
        return fields.line(self.cleaned_data["new_os"])

    def clean_new_network(self) -> str:
        return fields.line(self.cleaned_data["new_network"])

    def wanted(self) -> Wanted:
        """The application as it would be."""
        cleaned, was = self.cleaned_data, self.application
        return Wanted(
            license=was.license,
            old_server_name=cleaned["old_server_name"],
            new=Server(name=cleaned["new_server_name"], host_code=cleaned["new_host_code"]),
            os=cleaned["new_os"],
            network=cleaned["new_network"],
            reason=cleaned["reason"],
            note=cleaned["note"],
            planned_on=cleaned["planned_on"],
            wants_overlap=cleaned["wants_overlap"],
            declaration=was.declaration or declaration_words(),
            corrects=was.corrects,
        )


class MistypedForm(forms.Form):
    """A key was issued for a mistyped code: what it should have been."""

    new_server_name = fields.new_server_name()
    new_host_code = fields.new_host_code()
    note = fields.note()

    def __init__(self, *args: Any, application: Application, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.fields["new_host_code"].help_text = _code_help(application)
        for field in self.fields.values():
            field.error_messages |= fields.IN_OUR_WORDS

    @staticmethod
    def typed(application: Application) -> dict[str, Any]:
        return {
            "new_server_name": application.new_server_name,
            "new_host_code": application.shown_new_host_code,
            "note": "",
        }

    def clean_new_host_code(self) -> str:
        code = _read_code(self.cleaned_data["new_host_code"], self.application)
        if code == self.application.new_host_code:
            raise forms.ValidationError(
                _("発行したキーのホストコードのままです。正しいコードを入力してください")
            )
        return code

    def clean_note(self) -> str:
        return fields.visible(self.cleaned_data["note"])

    def wanted(self) -> Wanted:
        """A new key in place of the one that was issued: no move, nothing else changes."""
        cleaned, was = self.cleaned_data, self.application
        return Wanted(
            license=was.license,
            old_server_name=was.old_server_name,
            new=Server(name=cleaned["new_server_name"], host_code=cleaned["new_host_code"]),
            os=was.new_os,
            network=was.new_network,
            reason=was.reason,
            note=cleaned["note"],
            planned_on=was.planned_on,
            declaration=was.declaration,
            corrects=was,
        )


def _read_code(typed: str, application: Application) -> str:
    return fields.read_host_code(typed, application.license.contract.product.code)


def _code_help(application: Application) -> str:
    return fields.host_code_help([application.license.contract.product])
