"""What staff choose: a file, and its kind where the header does not tell."""

from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from supportdesk.imports import header
from supportdesk.imports.kinds import Kind, kinds
from supportdesk.imports.services import LARGEST_FILE, MOST_ROWS
from supportdesk.tables import Table, UnreadableTableError


def _choices() -> list[tuple[str, Any]]:
    return [("", _("見出しから判断する")), *((kind.code, kind.title) for kind in kinds().values())]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("ファイル"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        help_text=_(
            "CSV（カンマ区切り・タブ区切り）。文字コードは UTF-8、Shift_JIS、"
            "Excel の「Unicode テキスト」のどれでも。%(size)d MB、%(rows)s行まで。"
        ),
        allow_empty_file=True,
        error_messages={"required": _("ファイルを選んでください。")},
    )
    kind = forms.ChoiceField(
        label=_("種類"), choices=_choices, required=False, widget=UnfoldAdminSelectWidget
    )

    # Found while the file is read.
    found: Kind[Any, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        limits = {"size": LARGEST_FILE // 1024 // 1024, "rows": f"{MOST_ROWS:,}"}
        file.help_text = str(file.help_text) % limits

    def clean(self) -> dict[str, Any]:
        """Whatever can be told from the first line and the size is told at once."""
        cleaned = super().clean() or self.cleaned_data
        upload: UploadedFile[Any] | None = cleaned.get("file")
        if upload is None or self.errors:
            return cleaned
        try:
            self._read(upload, kinds().get(cleaned.get("kind", "")))
        except UnreadableTableError as error:
            self.add_error("file", str(error))
        return cleaned

    def _read(self, upload: UploadedFile[Any], chosen: Kind[Any, Any] | None) -> None:
        if upload.size and upload.size > LARGEST_FILE:
            text = _("ファイルが大きすぎます。%(size)d MB までに分けてください。")
            raise UnreadableTableError(text % {"size": LARGEST_FILE // 1024 // 1024})
        assert upload.file is not None  # noqa: S101 -- Django gives one with every upload
        table = Table(cast("BinaryIO", upload.file))
        self.found = chosen or header.kind_of(table.header, kinds().values())
        header.places(table.header, self.found)
        if next(table.lines(), None) is None:
            raise UnreadableTableError(_("見出しのほかに行がありません。"))
