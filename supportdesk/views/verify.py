"""Anybody checks a certificate or a license key: by its signed text, never by its number alone.

A pasted text may be a key, which is secret: it comes by POST and stands in no address
or log. Only the link of a certificate's QR code, which is public, comes by GET.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from contracts.domain import certificates
from licensing import services as licensing
from licensing.domain import key_fields
from licensing.forms import read_host_code
from supportdesk import clock
from supportdesk.presenting.widgets import FileDrop
from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRingError
from supportdesk.signing.verifier import DOCUMENT_TYPES, fold, verify
from supportdesk.views import verdicts

LARGEST_FILE = 64 * 1024
LONGEST_NUMBER = 1000  # as pasted, with all that is around it
LONGEST_HOST = 300  # with separators, as in an application
_OF_A_LINK = re.compile(r"[?&]t=([0-9A-Za-z]+)")
_LINE = re.compile(r"[>\s]*(?:[0-9A-Za-z]{5}\s+){9}[0-9A-Za-z]{5}\s*")
_LAST_LINE = re.compile(r"[>\s]*(?:[0-9A-Za-z]{5}\s+){0,9}[0-9A-Za-z]{1,5}\s*")


class VerifyForm(forms.Form):
    """A text or a file of it, and the host code that a key should be for."""

    text = forms.CharField(
        label=_("署名文"),
        required=False,
        help_text=_(
            "証書やキーの、英数字が5文字ずつ並んだ部分です。メールごと貼り付けてもかまいません。"
            "改行や空白が変わっていても確かめられます。"
        ),
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "signed-text"}
        ),
    )
    file = forms.FileField(
        label=_("署名文のファイル"),
        required=False,
        allow_empty_file=True,
        help_text=_("テキストファイル（64KB まで）。貼り付けるかわりに選べます。"),
        widget=FileDrop,
    )
    # Which form of code is right is known once the key's product has been read.
    host = forms.CharField(
        label=_("ホストコード"),
        required=False,
        max_length=LONGEST_HOST,
        help_text=_("キーの場合に入力すると、そのサーバーのキーかどうかも確かめます。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "file"):
            self.fields[name].need = _("どちらか必須")  # type: ignore[attr-defined]

    def clean_file(self) -> str:
        """The text in the file; what is no text at all is found out by the check itself."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(_("64KB までのテキストファイルを選んでください"))
        return bytes(file.read()).decode("utf-8-sig", "replace")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.signed_text:
            self.add_error("text", _("署名文を貼り付けるか、ファイルを選んでください"))
        return cleaned

    @property
    def signed_text(self) -> str:
        return signed_part(self.cleaned_data.get("file") or self.cleaned_data.get("text") or "")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("text")
def verify_page(request: HttpRequest) -> HttpResponse:
    """The form, and below its heading the verdict on what was sent."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    linked = signed_part(request.GET.get("t", "")) if request.method != "POST" else ""
    result = None
    if linked:
        result = _judge(request, linked, by_link=True)
    elif form.is_bound and form.is_valid():
        try:
            result = _judge(request, form.signed_text, host=form.cleaned_data["host"])
        except ValidationError as error:
            form.add_error("host", error)
    if result and result.genuine:
        form = VerifyForm()  # a key that was read stays on the screen no longer than it must
    now = clock.of(request)
    context = {"form": form, "result": result, "listed": licensing.list_standing(now=now)}
    return render(
        request, "verify.html", context, status=503 if result is verdicts.NO_KEYS else 200
    )


def signed_part(pasted: str) -> str:
    """The signed text in what somebody pasted: of a QR code's link, or out of a whole mail.

    Where no lines of a signed text stand out it is given as it is.
    """
    if link := _OF_A_LINK.search(pasted):
        return link[1]
    lines = pasted.splitlines()
    full = [at for at, line in enumerate(lines) if _LINE.fullmatch(line)]
    if not full:
        return pasted.strip()
    end = full[-1] + 1
    if end < len(lines) and _LAST_LINE.fullmatch(lines[end]):
        end += 1
    return "\n".join(lines[full[0] : end])


def _judge(
    request: HttpRequest, text: str, *, host: str = "", by_link: bool = False
) -> verdicts.Result:
    """Judge a signed text; a key also for `host`. Raises ValidationError of a host code."""
    on = clock.today(clock.of(request))
    types = (certificates.DOCUMENT_TYPE,) if by_link else DOCUMENT_TYPES
    try:
        keys = keyring.public_keys().keys
    except KeyRingError:
        return verdicts.NO_KEYS
    verdict = verify(text, keys, document_type=types, on=on)
    if host and verdict.document.get("type") == key_fields.DOCUMENT_TYPE:
        code = read_host_code(host, str(verdict.document.get("product")))
        verdict = verify(text, keys, document_type=types, on=on, host=code)
    short = len(text) < LONGEST_NUMBER and len(fold(text)) < verdicts.SHORTEST
    return verdicts.result_of(verdict, on=on, short=short, hosted=bool(host))
