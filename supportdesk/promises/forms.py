"""What staff type about closures, their file, the horizon and an apology."""

import unicodedata
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
)

from supportdesk.business_calendar.models import Closure
from supportdesk.promises import closure_files

LARGEST_FILE = 1024 * 1024


class ClosureForm(forms.ModelForm[Closure]):
    class Meta:
        model = Closure
        fields: ClassVar = [
            "name",
            "kind",
            "starts_on",
            "ends_on",
            "opens_at",
            "closes_at",
            "sends",
            "notify",
        ]

    def clean_name(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["name"]).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("最初の日以降の日を入力してください"))
        elif first and last and (last - first).days > closure_files.LONGEST_CLOSURE_DAYS:
            self.add_error(
                "ends_on", _("一度に告知できるのは 60日までです。分けて入力してください")
            )
        self._check_hours(data)
        return data

    def _check_hours(self, data: dict[str, Any]) -> None:
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if data.get("kind") == Closure.Kind.CLOSURE:
            # A whole closing day has no hours; what was typed for another kind is dropped.
            data["opens_at"] = data["closes_at"] = None
        elif not (opens_at and closes_at):
            self.add_error("opens_at", _("開始時刻と終了時刻を入力してください"))
        elif closes_at <= opens_at:
            self.add_error("closes_at", _("開始時刻より後の時刻を入力してください"))


class HorizonForm(forms.Form):
    until = forms.DateField(
        label=_("休業日を告知済みの最終日"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        error_messages={"invalid": _("2027/03/31 の形で入力してください")},
    )


class ApologyForm(forms.Form):
    body = forms.CharField(
        label=_("本文"), max_length=4000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 16})
    )


class ClosureFileForm(forms.Form):
    file = forms.FileField(
        label=_("ファイル"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("CSV（名称、開始日、終了日、開始時刻、終了時刻）または予定表（.ics）"),
    )

    def clean_file(self) -> closure_files.Reading:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if upload.size is None or upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("1 MB までのファイルを選んでください"))
        try:
            return closure_files.read(upload.name or "", upload.read())
        except closure_files.UnreadableFileError as error:
            raise forms.ValidationError(str(error)) from error


class ConfirmedRowsForm(forms.Form):
    """The rows as the dry run showed them, signed, so that exactly these are taken in."""

    rows = forms.CharField(widget=forms.HiddenInput)

    SALT = "closure-rows"

    @classmethod
    def showing(cls, reading: closure_files.Reading) -> "ConfirmedRowsForm":
        rows = [row.as_json() for row in reading.rows]
        return cls(initial={"rows": signing.dumps(rows, salt=cls.SALT, compress=True)})

    def clean_rows(self) -> list[closure_files.Row]:
        try:
            rows = signing.loads(self.cleaned_data["rows"], salt=self.SALT, max_age=3600)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("もう一度ファイルを選んでください")) from error
        return [closure_files.Row.from_json(row) for row in rows]

    @transaction.atomic
    def save(self) -> list[Closure]:
        """Drafts of the rows that are not there yet: the same file twice adds nothing."""
        drafts = []
        for row in self.cleaned_data["rows"]:
            closure, created = Closure.objects.filter(withdrawn_at__isnull=True).get_or_create(
                name=row.name,
                kind=row.kind,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
            )
            if created or closure.announced_at is None:
                drafts.append(closure)
        return drafts
