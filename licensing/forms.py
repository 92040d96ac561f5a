"""What a customer types to apply for a new key: read in any width, told what to enter."""

import unicodedata
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contact, Contract
from contracts.services import coverage_of
from contracts.words import coverage_reason
from licensing.domain import host_code, server_name
from licensing.domain.admission import Server
from licensing.domain.host_code import HostCodeError
from licensing.domain.server_name import ServerNameError
from licensing.models import Application, Key, License
from licensing.services import Wanted
from supportdesk.presenting.dates import day_text
from supportdesk.presenting.moments import UnreadableError, read_moment
from supportdesk.presenting.widgets import Card

LONGEST_NOTE = 1000
# Longer than any right answer with separators, short enough for every check after it.
LONGEST_LINE = 300
FARTHEST_PLAN = timedelta(days=366)


class HostCodeField(forms.CharField):
    """Sixteen characters as the product shows them, in any width and grouping."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return host_code.normalise(typed)
        except HostCodeError as error:
            raise ValidationError(_host_code_words(error), code=error.fault) from error


class ServerNameField(forms.CharField):
    """A host name; empty where the field is not required and nothing visible was typed."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed and not self.required:
            return ""
        try:
            return server_name.normalise(typed)
        except ServerNameError as error:
            if error.fault == "empty" and not self.required:
                return ""
            raise ValidationError(_server_name_words(error), code=error.fault) from error


class ApplicationForm(forms.Form):
    """One server, one licence, one reason. `contact` decides which licences there are."""

    license = forms.ModelChoiceField(
        License.objects.none(),
        label=gettext_lazy("ライセンス"),
        help_text=gettext_lazy("サーバーを変更するライセンスを 1つ選んでください。"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": gettext_lazy("ライセンスを 1つ選んでください"),
            "invalid_choice": gettext_lazy("一覧にあるライセンスを 1つ選んでください"),
        },
    )
    old_server_name = ServerNameField(
        label=gettext_lazy("いまのサーバー名"),
        help_text=gettext_lazy(
            "ライセンスに表示のサーバーと違う場合、または表示がない場合に入力してください。"
        ),
        max_length=LONGEST_LINE,
        required=False,
    )
    new_server_name = ServerNameField(
        label=gettext_lazy("新しいサーバー名"),
        help_text=gettext_lazy(
            "製品を入れるサーバーのホスト名です。例　aoba-app02、app02.example.co.jp"
        ),
        max_length=LONGEST_LINE,
        error_messages={"required": gettext_lazy("新しいサーバーのホスト名を入力してください")},
    )
    new_host_code = HostCodeField(
        label=gettext_lazy("新しいホストコード"),
        help_text=gettext_lazy(
            "新しいサーバーの製品の画面に表示される、4文字ずつ4つのコードです。"
            "機器・OS・ネットワークを決めてから表示してください。全角でも入力できます。"
            "例　7F3A-91C2-0B6E-D541"
        ),
        max_length=LONGEST_LINE,
        error_messages={"required": gettext_lazy("新しいサーバーのホストコードを入力してください")},
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
    planned_on = forms.CharField(
        label=gettext_lazy("切り替えの予定日"),
        help_text=gettext_lazy("例　2026/12/5、12月5日。全角でも入力できます。"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-short"}),
    )
    note = forms.CharField(
        label=gettext_lazy("ご連絡事項"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, contact: Contact, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            field.error_messages |= _IN_OUR_WORDS
        licenses = License.objects.visible_to(contact.user).with_current_key()
        self.fields["license"].queryset = licenses  # type: ignore[attr-defined]
        self.fields["license"].choices = license_cards(licenses, today)  # type: ignore[attr-defined]
        if settings.DEMO:
            self.fields["new_host_code"].help_text = _demo_help()

    def clean_planned_on(self) -> date | None:
        typed = self.cleaned_data["planned_on"]
        if not visible(typed):
            return None
        try:
            planned_on = read_moment(typed, today=self.today).date()
        except UnreadableError:
            raise ValidationError(_("2026/12/5 または 12月5日 の形で入力してください")) from None
        if not self.today <= planned_on <= self.today + FARTHEST_PLAN:
            raise ValidationError(_("今日から 1年以内の日付を入力してください"))
        return planned_on

    def clean_note(self) -> str:
        return visible(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        chosen: License | None = cleaned.get("license")
        known = chosen and chosen.current_key
        if chosen and not known and not cleaned.get("old_server_name"):
            if "old_server_name" not in self.errors:
                self.add_error("old_server_name", _("いまのサーバーのホスト名を入力してください"))
        elif known and not cleaned.get("old_server_name"):
            cleaned["old_server_name"] = known.server_name
        return cleaned

    def wanted(self) -> Wanted:
        """The application of a valid form."""
        cleaned = self.cleaned_data
        return Wanted(
            license=cleaned["license"],
            old_server_name=cleaned["old_server_name"],
            new=Server(name=cleaned["new_server_name"], host_code=cleaned["new_host_code"]),
            reason=cleaned["reason"],
            note=cleaned["note"],
            planned_on=cleaned["planned_on"],
        )


def _demo_help() -> str:
    """A visitor of the demo has no product to read a code from: one that no key uses yet."""
    unused = host_code.display(host_code.with_check(f"7F3A91C2{Key.objects.count():07d}"))
    return _("製品の画面に表示される 16文字です。デモでは %(code)s をお使いください。") % {
        "code": unused
    }


_IN_OUR_WORDS = {
    "max_length": gettext_lazy(
        "%(limit_value)d文字以内で入力してください（いま %(show_value)d文字）"
    ),
    "null_characters_not_allowed": gettext_lazy("表示できない文字を除いて入力してください"),
}


def license_cards(licenses: Any, today: date) -> list[tuple[Any, Card]]:
    """Each licence with its server and its coverage on the Tokyo date `today`."""
    contracts = {
        one.pk: one for one in Contract.objects.with_periods().filter(licenses__in=licenses)
    }
    return [(one.pk, _card(one, contracts[one.contract_id], today)) for one in licenses]


def _card(license_: License, contract: Contract, today: date) -> Card:
    coverage = coverage_of(contract, today)
    key = license_.current_key
    server = _("いまのサーバー %(name)s") % {"name": key.server_name} if key else ""
    if coverage.covered and coverage.ends_on:
        period = _("%(day)sまでサポート期間内") % {"day": day_text(coverage.ends_on)}
    else:
        period = coverage_reason(coverage)
    title = f"{license_.label}　{contract.label}"
    return Card(title, " ・ ".join(part for part in (server, period) if part))


def visible(text: str) -> str:
    """Text without what cannot be seen or turns its neighbours round; line ends become one kind."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each == "\n" or unicodedata.category(each) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


_UNSEEN = {"Cc", "Cf", "Cs"}


def _host_code_words(error: HostCodeError) -> str:
    if error.fault == "length":
        text = _("16文字（4文字ずつ4つ）で入力してください（いま %(n)s文字）")
        return text % {"n": error.detail}
    if error.fault == "characters":
        text = _("数字と英字で入力してください（「%(character)s」は使われない文字です）")
        return text % {"character": error.detail}
    if error.fault == "check":
        return _("製品の画面の表示と 1文字ずつ見くらべて、入力し直してください")
    return _("新しいサーバーのホストコードを入力してください")


def _server_name_words(error: ServerNameError) -> str:
    return {
        "empty": _("サーバーのホスト名を入力してください"),
        "long": _("ホスト名は 253文字以内、点で区切った 1つは 63文字以内で入力してください"),
        "characters": _("英字・数字・ハイフンと点で入力してください。例　aoba-app02"),
        "local": _("ほかのサーバーと区別できるホスト名を入力してください。例　aoba-app02"),
        "address": _("アドレスではなく、ホスト名を入力してください。例　aoba-app02"),
        "hardware_address": _("MACアドレスではなく、ホスト名を入力してください。例　aoba-app02"),
    }[error.fault]
