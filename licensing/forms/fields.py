"""What is typed of a server, read in any width."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Product
from licensing.domain import host_code, server_name
from licensing.domain.host_code import HostCodeError, Slip
from licensing.domain.server_name import ServerNameError
from licensing.host_codes import HostCodeForm, form_of
from supportdesk.presenting.moments import UnreadableError, read_moment

# Longer than any right answer with separators, short enough for every check after it.
LONGEST_LINE = 300
LONGEST_NOTE = 1000
FARTHEST_PLAN = timedelta(days=366)

IN_OUR_WORDS = {
    "max_length": gettext_lazy(
        "%(limit_value)d文字以内で入力してください（いま %(show_value)d文字）"
    ),
    "null_characters_not_allowed": gettext_lazy("表示できない文字を除いて入力してください"),
}


_OWN_HELP = gettext_lazy(
    "新しいサーバーの製品の画面に表示される、4文字ずつ4つのコードです。"
    "機器・OS・ネットワークを決めてから表示してください。全角でも入力できます。"
    "例　7F3A-91C2-0B6E-D541"
)


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


class CheckField(forms.BooleanField):
    """One thing to tick, said in a whole sentence beside the box."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(template_name="licensing/_check.html", **kwargs)


def new_server_name() -> ServerNameField:
    return ServerNameField(
        label=gettext_lazy("新しいサーバー名"),
        help_text=gettext_lazy(
            "製品を入れるサーバーのホスト名です。例　aoba-app02、app02.example.co.jp"
        ),
        max_length=LONGEST_LINE,
        error_messages={"required": gettext_lazy("新しいサーバーのホスト名を入力してください")},
    )


def new_host_code() -> forms.CharField:
    """Judged in the form: which code a product shows depends on the licence."""
    return forms.CharField(
        label=gettext_lazy("新しいホストコード"),
        help_text=_OWN_HELP,
        max_length=LONGEST_LINE,
        error_messages={"required": gettext_lazy("新しいサーバーのホストコードを入力してください")},
    )


def new_os() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("新しいサーバーの OS"),
        help_text=gettext_lazy("例　Windows Server 2025、RHEL 9"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-mid"}),
    )


def new_network() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("新しいサーバーのネットワーク"),
        help_text=gettext_lazy("アドレスやセグメントなど。例　192.0.2.10/24、本社DMZ"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-mid"}),
    )


def planned_on() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("切り替えの予定日"),
        help_text=gettext_lazy("例　2026/12/5、12月5日。全角でも入力できます。"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-short"}),
    )


def note() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("ご連絡事項"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def host_code_help(products: Collection[Product]) -> str:
    """What the host code looks like, of each product where they differ, and when to read it."""
    hints = {product.name: form.HINT for product in products if (form := form_of(product.code))}
    if not hints:
        return str(_OWN_HELP)
    if len({product.name for product in products}) > len(hints):
        hints |= {_("ほかの製品"): _("4文字ずつ4つのコード")}
    told = _("、").join(f"{name}　{hint}" for name, hint in hints.items())
    return _(
        "新しいサーバーの製品の画面に表示されるコードです（%(hints)s）。"
        "機器・OS・ネットワークを決めてから表示してください。全角でも入力できます。"
    ) % {"hints": told}


def read_host_code(typed: str, product_code: str) -> str:
    """The canonical code as that product shows it. Raises ValidationError."""
    form = form_of(product_code)
    try:
        return form.normalise(typed) if form else host_code.normalise(typed)
    except HostCodeError as error:
        raise ValidationError(
            _other_code_words(form) if form else _host_code_words(error), code=error.fault
        ) from error


def _other_code_words(form: HostCodeForm) -> str:
    text = _("製品の画面に表示されるコードを入力してください（%(hint)s）。例　%(example)s")
    return text % {"hint": form.HINT, "example": form.EXAMPLE}


def read_day(typed: str, today: date) -> date | None:
    """The day that was typed, in any width, from today on. Raises ValidationError."""
    if not visible(typed):
        return None
    try:
        day = read_moment(typed, today=today).date()
    except UnreadableError:
        raise ValidationError(_("2026/12/5 または 12月5日 の形で入力してください")) from None
    if not today <= day <= today + FARTHEST_PLAN:
        raise ValidationError(_("今日から 1年以内の日付を入力してください"))
    return day


def line(text: str) -> str:
    """One line of free text: folded widths, nothing invisible, no line ends."""
    return visible(" ".join(unicodedata.normalize("NFKC", text).split()))


def visible(text: str) -> str:
    """Text without what cannot be seen or turns its neighbours round; line ends become one kind."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each == "\n" or unicodedata.category(each) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


_UNSEEN = {"Cc", "Cf", "Cs"}


# More suggestions than this say no more than "look at it again".
_SLIPS_TOLD = 3


def _host_code_words(error: HostCodeError) -> str:
    if error.fault == "length":
        text = _("16文字（4文字ずつ4つ）で入力してください（いま %(n)s文字）")
        return text % {"n": error.detail}
    if error.fault == "characters":
        text = _("数字と英字で入力してください（「%(character)s」は使われない文字です）")
        return text % {"character": error.detail}
    if error.fault == "check":
        return _check_words(host_code.slips(error.detail))
    return _("新しいサーバーのホストコードを入力してください")


def _check_words(slips: Sequence[Slip]) -> str:
    """Which character to look at first, where a common slip explains the check character."""
    text = _("違う文字があります。製品の画面の表示と見くらべて、入力し直してください")
    if not 1 <= len(slips) <= _SLIPS_TOLD:
        return text
    maybe = _("、または、").join(_slip_words(slip) for slip in slips)
    return text + _("（%(maybe)sではありませんか）") % {"maybe": maybe}


def _slip_words(slip: Slip) -> str:
    group, place = divmod(slip.place, host_code.GROUP)
    where = {"group": group + 1, "place": place + 1, "typed": slip.typed, "meant": slip.meant}
    if len(slip.typed) == 1:
        return _("%(group)dつ目の組の %(place)d文字目「%(typed)s」は「%(meant)s」") % where
    return _("%(group)dつ目の組の %(place)d文字目からの「%(typed)s」は「%(meant)s」") % where


def _server_name_words(error: ServerNameError) -> str:
    return {
        "empty": _("サーバーのホスト名を入力してください"),
        "long": _("ホスト名は 253文字以内、点で区切った 1つは 63文字以内で入力してください"),
        "characters": _("英字・数字・ハイフンと点で入力してください。例　aoba-app02"),
        "local": _("ほかのサーバーと区別できるホスト名を入力してください。例　aoba-app02"),
        "address": _("アドレスではなく、ホスト名を入力してください。例　aoba-app02"),
        "hardware_address": _("MACアドレスではなく、ホスト名を入力してください。例　aoba-app02"),
    }[error.fault]
