"""What a customer types to apply for a new key: read in any width, told what to enter."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contact, Contract
from contracts.services import coverage_of
from contracts.words import coverage_reason
from licensing.domain import host_code
from licensing.domain.admission import Server
from licensing.forms import fields
from licensing.models import Application, Key, License
from licensing.services import Wanted
from supportdesk.presenting.dates import day_text
from supportdesk.presenting.widgets import Card


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
    old_server_name = fields.ServerNameField(
        label=gettext_lazy("いまのサーバー名"),
        help_text=gettext_lazy(
            "ライセンスに表示のサーバーと違う場合、または表示がない場合に入力してください。"
        ),
        max_length=fields.LONGEST_LINE,
        required=False,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("変更の理由"),
        help_text=gettext_lazy(
            "故障の場合は、いまのサーバーのキーは新しいキーの発行と同時に失効します。"
        ),
        choices=Application.Reason.choices,
        widget=forms.RadioSelect(attrs={"class": "choices-2"}),
        error_messages={
            "required": gettext_lazy("変更の理由を 1つ選んでください"),
            "invalid_choice": gettext_lazy("一覧にある理由を 1つ選んでください"),
        },
    )
    new_server_name = fields.new_server_name()
    new_host_code = fields.new_host_code()
    new_os = fields.new_os()
    new_network = fields.new_network()
    planned_on = fields.planned_on()
    wants_overlap = fields.CheckField(
        label=gettext_lazy("いまのサーバー用に、期限付きの並行稼働キーも希望する"),
        help_text=gettext_lazy(
            "通常は不要です。期限の日に、いまのサーバーの製品を自動で止めたいときに選んでください。"
        ),
        required=False,
    )
    note = fields.note()
    declaration = fields.CheckField(
        label="",
        error_messages={"required": gettext_lazy("内容をお確かめのうえ、チェックしてください")},
    )

    def __init__(self, *args: Any, contact: Contact, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["declaration"].label = declaration_words()
        for field in self.fields.values():
            field.error_messages |= fields.IN_OUR_WORDS
        licenses = License.objects.visible_to(contact.user).with_current_key()
        self.fields["license"].queryset = licenses  # type: ignore[attr-defined]
        self.fields["license"].choices = license_cards(licenses, today)  # type: ignore[attr-defined]
        products = {one.contract.product for one in licenses}
        self.fields["new_host_code"].help_text = (
            _demo_help() if settings.DEMO else fields.host_code_help(products)
        )

    def clean_new_host_code(self) -> str:
        chosen: License | None = self.cleaned_data.get("license")
        if chosen is None:
            return str(self.cleaned_data["new_host_code"])
        typed = self.cleaned_data["new_host_code"]
        return fields.read_host_code(typed, chosen.contract.product.code)

    def clean_planned_on(self) -> date | None:
        return fields.read_day(self.cleaned_data["planned_on"], self.today)

    def clean_note(self) -> str:
        return fields.visible(self.cleaned_data["note"])

    def clean_new_os(self) -> str:
        return fields.line(self.cleaned_data["new_os"])

    def clean_new_network(self) -> str:
        return fields.line(self.cleaned_data["new_network"])

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        chosen: License | None = cleaned.get("license")
        known = chosen.current_key if chosen else None
        if chosen and not known and not cleaned.get("old_server_name"):
            if "old_server_name" not in self.errors:
                self.add_error("old_server_name", _("いまのサーバーのホスト名を入力してください"))
        elif known and not cleaned.get("old_server_name"):
            cleaned["old_server_name"] = known.server_name
        if known:
            self._refuse_the_old_code(known)
        return cleaned

    def _refuse_the_old_code(self, known: Key) -> None:
        """The old server's code under a new name: a slip, and the key at hand works as it is."""
        cleaned = self.cleaned_data
        name, code = cleaned.get("new_server_name"), cleaned.get("new_host_code")
        if name and code == known.host_code and name != known.server_name:
            self.add_error("new_host_code", old_code_words(known))

    def wanted(self) -> Wanted:
        """The application of a valid form."""
        cleaned = self.cleaned_data
        return Wanted(
            license=cleaned["license"],
            old_server_name=cleaned["old_server_name"],
            new=Server(name=cleaned["new_server_name"], host_code=cleaned["new_host_code"]),
            os=cleaned["new_os"],
            network=cleaned["new_network"],
            reason=cleaned["reason"],
            note=cleaned["note"],
            planned_on=cleaned["planned_on"],
            wants_overlap=cleaned["wants_overlap"],
            declaration=declaration_words(),
        )


def declaration_words() -> str:
    """What a customer promises about the old server, in the words that are kept."""
    return _(
        "切り替えのあとは、いまのサーバーで製品を使いません。"
        "並行して使うのは、新しいキーの発行から %(days)d日以内です"
        "（故障の場合は並行して使いません）。"
    ) % {"days": settings.LICENSE_OVERLAP_DAYS}


def old_code_words(known: Key) -> str:
    """That the code is the old server's, and what to do in either case."""
    return _(
        "いまのサーバー（%(name)s）のホストコードです。新しいサーバーの製品の画面に表示される"
        "コードを入力してください。同じ機器で名前だけ変わるときは、いまのキーをそのまま使えます"
    ) % {"name": known.server_name}


def _demo_help() -> str:
    """A visitor of the demo has no product to read a code from: one that no key uses yet."""
    unused = host_code.display(host_code.with_check(f"7F3A91C2{Key.objects.count():07d}"))
    return _("製品の画面に表示される 16文字です。デモでは %(code)s をお使いください。") % {
        "code": unused
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
    server = (
        _("いまのサーバー %(name)s（ホストコード %(code)s）")
        % {"name": key.server_name, "code": key.shown_host_code}
        if key
        else ""
    )
    if coverage.covered and coverage.ends_on:
        period = _("%(day)sまでサポート期間内") % {"day": day_text(coverage.ends_on)}
    else:
        period = coverage_reason(coverage)
    title = f"{license_.label}　{contract.label}"
    return Card(title, " ・ ".join(part for part in (server, period) if part))
