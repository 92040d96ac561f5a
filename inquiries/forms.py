"""What customers and staff fill in. A form reads a draft as it was typed, faults included."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contract
from contracts.models.channels import STAFF_CHANNELS
from contracts.words import coverage_reason
from inquiries.domain.content import Content
from inquiries.domain.occurred import Occurred, OccurredError, parse_occurred
from inquiries.fields import BlockField, FilesField, LineField
from inquiries.models import SUBJECT_LENGTH, Category, Topic
from supportdesk.accounts.models import User
from supportdesk.presenting.dates import day_text
from supportdesk.presenting.widgets import Card

TEXT_LEAST, TEXT_MOST = 20, 4000

_OCCURRED_FAULTS = {
    "unreadable": gettext_lazy("2026/11/20 14:30 のように、日付から入力してください"),
    "no_such_day": gettext_lazy("ある日付を入力してください（例　2026/11/20 14:30）"),
    "no_such_time": gettext_lazy("0:00 から 23:59 までの時刻を入力してください"),
    "future": gettext_lazy("今日までの日付を入力してください"),
    "too_old": gettext_lazy("2000年以降の日付を入力してください"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A contract of the customer, its coverage today, and whether the form offers it as a card."""

    contract: Contract
    coverage: CoverageDecision
    selectable: bool

    @property
    def card(self) -> Card:
        return Card(self.contract.label, self.detail)

    @property
    def detail(self) -> str:
        if not self.coverage.covered or self.coverage.ends_on is None:
            return coverage_reason(self.coverage)
        until = _("%(day)sまで") % {"day": day_text(self.coverage.ends_on, year=True)}
        return until + (_(" ・ カスタマイズも対象") if self.contract.customised else "")


class OccurredField(LineField):
    """A Tokyo wall date and time, as people write them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, required=False, **kwargs)
        self.today: date | None = None

    def clean(self, value: Any) -> Any:
        line = super().clean(value)
        try:
            return parse_occurred(line, today=self.today or date.max)
        except OccurredError as error:
            raise ValidationError(str(_OCCURRED_FAULTS[error.fault])) from error


class InquiryForm(forms.Form):
    """入力: fields beyond these are ignored, of a field given twice the last one counts."""

    use_required_attribute = False  # errors come after sending, in our words, never while typing

    contract = forms.ChoiceField(
        label=gettext_lazy("製品"),
        help_text=gettext_lazy("サポート期間内の製品を選べます。"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("製品を選んでください"),
            "invalid_choice": gettext_lazy("製品を選んでください"),
        },
    )
    category = forms.ChoiceField(
        label=gettext_lazy("種別"),
        help_text=gettext_lazy("近いものを 1つ選んでください。"),
        widget=forms.RadioSelect(attrs={"class": "choices-2"}),
        choices=[
            (
                Category.OPERATION.value,
                Card(Category.OPERATION.label, gettext_lazy("使い方、サーバーやOSの環境")),
            ),
            (
                Category.INCIDENT.value,
                Card(Category.INCIDENT.label, gettext_lazy("不具合の確認、原因の調査")),
            ),
            (
                Category.UPGRADE.value,
                Card(Category.UPGRADE.label, gettext_lazy("パッチ、バージョンアップ")),
            ),
            (
                Category.MIGRATION.value,
                Card(Category.MIGRATION.label, gettext_lazy("サーバー変更に伴うもの")),
            ),
        ],
        error_messages={
            "required": gettext_lazy("種別を選んでください"),
            "invalid_choice": gettext_lazy("種別を選んでください"),
        },
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("操作・設定の内訳"),
        help_text=gettext_lazy("どちらについてのご質問ですか。"),
        widget=forms.RadioSelect(attrs={"class": "choices-2"}),
        choices=[
            (Topic.USAGE.value, Card(Topic.USAGE.label, gettext_lazy("製品の使い方、画面の設定"))),
            (
                Topic.ENVIRONMENT.value,
                Card(Topic.ENVIRONMENT.label, gettext_lazy("動作環境、サーバーやOSの設定")),
            ),
        ],
        error_messages={
            "required": gettext_lazy("操作・設定の内訳を選んでください"),
            "invalid_choice": gettext_lazy("操作・設定の内訳を選んでください"),
        },
    )
    subject = LineField(
        label=gettext_lazy("件名"),
        help_text=gettext_lazy("60文字まで。"),
        max_length=SUBJECT_LENGTH,
        empty=gettext_lazy("件名を入力してください"),
    )
    text = BlockField(
        label=gettext_lazy("お問い合わせ内容"),
        help_text=gettext_lazy(
            "起きていること、期待すること、試したことを 20文字以上でご記入ください。"
        ),
        least=TEXT_LEAST,
        max_length=TEXT_MOST,
        empty=gettext_lazy("お問い合わせ内容を 20文字以上で入力してください"),
    )
    occurred = OccurredField(
        label=gettext_lazy("発生した日時"),
        help_text=gettext_lazy("例　2026/11/20 14:30。全角でも入力できます。"),
        widget=forms.TextInput(attrs={"class": "input-short"}),
    )
    environment = LineField(
        label=gettext_lazy("環境"),
        help_text=gettext_lazy("例　Windows Server 2022、バージョン 7.5 R2.0"),
        max_length=200,
        required=False,
    )
    attachments = FilesField(
        label=gettext_lazy("添付ファイル"),
        help_text=gettext_lazy(
            "1つ 20 MB まで、5つまで。ログ（txt, log, csv, zip）、画像（png, jpg）、PDF。"
        ),
        required=False,
    )

    # What a draft keeps; the files are rows of their own.
    TYPED: tuple[str, ...] = (
        "contract",
        "category",
        "topic",
        "subject",
        "text",
        "occurred",
        "environment",
    )

    def __init__(
        self, data: Any = None, *, offers: Sequence[Offer], today: date, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.offers = offers
        shown = [(o.contract.number, o.card) for o in offers if o.selectable]
        self.fields["contract"].choices = shown  # type: ignore[attr-defined]
        self.fields["occurred"].today = today  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("category") != Category.OPERATION:
            self.errors.pop("topic", None)
            cleaned["topic"] = ""
        return cleaned

    def content(self, *, ask_to_check: bool) -> Content:
        """What a valid form says."""
        cleaned = self.cleaned_data
        occurred: Occurred | None = cleaned["occurred"]
        return Content(
            contract=cleaned["contract"],
            category=cleaned["category"],
            topic=cleaned["topic"],
            subject=cleaned["subject"],
            text=cleaned["text"],
            environment=cleaned["environment"],
            occurred_on=occurred.on if occurred else None,
            occurred_time=occurred.at if occurred else None,
            ask_to_check=ask_to_check,
        )


class EntryForm(InquiryForm):
    """The same, entered by staff in a customer's name: how it came, and when it arrived."""

    channel = forms.ChoiceField(
        label=gettext_lazy("受付の方法"),
        choices=[("", gettext_lazy("選んでください")), *STAFF_CHANNELS],
        error_messages={"required": gettext_lazy("受付の方法を選んでください")},
    )
    arrived = forms.DateTimeField(
        label=gettext_lazy("届いた日時"),
        help_text=gettext_lazy("空欄なら、いま受け付けたものとして数えます。"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        required=False,
        error_messages={"invalid": gettext_lazy("2026/11/20 14:30 の形で入力してください")},
    )

    TYPED = (*InquiryForm.TYPED, "channel", "arrived")

    def __init__(self, data: Any = None, *, now: datetime, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.now = now
        chosen = [("", _("選んでください"))]
        labels = [(o.contract.number, f"{o.contract.label}　{o.detail}") for o in self.offers]
        self._select("contract", [*chosen, *labels])
        self._select("category", [*chosen, *Category.choices])
        self._select("topic", [("", _("操作・設定の場合だけ")), *Topic.choices])
        self.fields["contract"].help_text = _("期間外の製品は、判断待ちとして登録されます。")
        self.fields["text"].help_text = _("届いた文面を、そのまま入力してください。20文字以上。")

    def _select(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Lists in place of the customers' cards: staff know what they look for."""
        self.fields[name].widget = forms.Select(choices=choices)
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].help_text = ""

    def clean_arrived(self) -> datetime | None:
        arrived: datetime | None = self.cleaned_data["arrived"]
        if arrived and arrived > self.now:
            raise ValidationError(_("いままでの日時を入力してください"))
        return arrived


class ReplyForm(forms.Form):
    use_required_attribute = False

    text = BlockField(
        label=gettext_lazy("返信"),
        max_length=TEXT_MOST,
        empty=gettext_lazy("返信の内容を入力してください"),
    )
    attachments = FilesField(label=gettext_lazy("添付ファイル"), required=False)

    TYPED = ("text",)


# --- Staff ---------------------------------------------------------------------------------

ANSWER_MOST = 20_000
REASON_MOST = 200


class AnswerForm(forms.Form):
    """An answer and how it goes out; what the page had shown comes back with it."""

    use_required_attribute = False

    body = BlockField(
        label=gettext_lazy("回答"),
        max_length=ANSWER_MOST,
        empty=gettext_lazy("回答を入力してください"),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    waiting_for = LineField(
        label=gettext_lazy("お客さまへのお願い"),
        help_text=gettext_lazy("返信を待つ場合だけ。お客さまの画面に出ます。例　配送ログの送付"),
        max_length=120,
        required=False,
    )
    way = forms.ChoiceField(choices=[("rule", ""), ("now", "")])
    reason = LineField(label=gettext_lazy("例外とする理由"), max_length=REASON_MOST, required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    seen_rule_at = forms.CharField(widget=forms.HiddenInput, required=False)
    attachments = FilesField(label=gettext_lazy("添付ファイル"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("way") == "now" and not cleaned.get("reason"):
            self.add_error("reason", _("例外とする理由を入力してください"))
        return cleaned

    def clean_seen_rule_at(self) -> datetime | None:
        """The rule's moment as it was shown; None where it was at once, or is no moment."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_rule_at"])
        except ValueError:
            return None


class MemoForm(forms.Form):
    use_required_attribute = False

    memo = BlockField(
        label=gettext_lazy("内部メモ"),
        max_length=ANSWER_MOST,
        empty=gettext_lazy("内部メモを入力してください"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReasonForm(forms.Form):
    """Why, in one line: kept with what is done."""

    use_required_attribute = False

    reason = LineField(
        label=gettext_lazy("理由"),
        max_length=REASON_MOST,
        empty=gettext_lazy("理由を入力してください"),
    )


class AssignForm(forms.Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("担当"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("未割当"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(is_staff=True, is_active=True).order_by("name")
        self.fields["person"].queryset = staff  # type: ignore[attr-defined]
