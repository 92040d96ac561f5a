"""What customers type about themselves and their colleagues."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts import services
from contracts.domain import writing
from contracts.forms.fields import cleaned, number
from contracts.models import Contact, Invitation
from supportdesk.presenting.widgets import Card, ManyCards

LANGUAGES = [("ja", "日本語"), ("en", "English")]

ROLES = {
    "is_contract": Card(
        _("契約の担当"),
        _(
            "ご担当者を招待し、変更し、止められます。更新を注文できます。"
            "ライセンスキーと休業日のお知らせのメールが届きます。"
        ),
    ),
    "is_technical": Card(_("技術の担当"), _("ライセンスキーのメールが届きます。")),
    "is_renewal": Card(
        _("更新の担当"),
        _("更新を注文できます。更新のご案内と年間サポート証書のメールが届きます。"),
    ),
}


class _LineField(forms.CharField):
    """One line: breaks and runs of spaces made one space."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class _CleanedField(_LineField):
    """A line that the domain writes in its own form."""

    def __init__(self, clean: Callable[[str], str], fault: Any, **options: Any) -> None:
        super().__init__(**options)
        self._clean, self._fault = clean, fault

    def to_python(self, value: Any) -> str:
        return cleaned(self._clean, super().to_python(value), self._fault)


class _AddressField(_LineField):
    """A mail address that can be used; the longest is judged after widths are folded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"autocomplete": "email", "inputmode": "email"}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return services.clean_address(text) if text else ""
        except services.RefusedError as error:
            raise forms.ValidationError(str(error)) from error


class _RolesField(forms.MultipleChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("役割"),
            choices=list(ROLES.items()),
            widget=ManyCards,
            error_messages={"required": _("役割を1つ以上選んでください。")},
            **options,
        )


def _name(**options: Any) -> _LineField:
    options.setdefault("error_messages", {"required": _("お名前を入力してください。")})
    return _LineField(label=_("お名前"), max_length=80, **options)


def _address(**options: Any) -> _AddressField:
    options.setdefault("label", _("メールアドレス"))
    told = {"required": _("メールアドレスを入力してください。")}
    return _AddressField(max_length=320, error_messages=told, **options)


def _language(label: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": "choices-2"})
    return forms.ChoiceField(label=label, choices=LANGUAGES, widget=widget)


class _Form(forms.Form):
    use_required_attribute = False  # errors come after sending, in our words

    def chosen_roles(self) -> dict[str, bool]:
        chosen = self.cleaned_data["roles"]
        return {name: name in chosen for name in ROLES}


class InviteForm(_Form):
    """A colleague who is to join."""

    name = _name()
    email = _address(help_text=_("この方だけが読めるアドレスを入力してください。"))
    roles = _RolesField(help_text=_("どの役割の方も、貴社の契約とお問い合わせをすべて見られます。"))
    language = _language(_("招待メールのことば"))

    def invited(self) -> services.Invited:
        data = self.cleaned_data
        return services.Invited(
            email=data["email"], name=data["name"], language=data["language"], **self.chosen_roles()
        )


class RolesForm(_Form):
    roles = _RolesField()

    @classmethod
    def of(cls, contact: Contact, data: Any) -> "RolesForm":
        return cls(data, initial={"roles": [name for name in ROLES if getattr(contact, name)]})


class _PersonalForm(_Form):
    name = _name()
    name_kana = _CleanedField(
        writing.kana,
        _("カタカナまたはひらがなで入力してください。"),
        label=_("お名前（フリガナ）"),
        max_length=120,
        required=False,
    )
    department = _LineField(label=_("部署"), max_length=120, required=False)
    phone = _CleanedField(
        writing.phone,
        _("市外局番から、数字とハイフンで入力してください。"),
        label=_("電話番号"),
        max_length=20,
        required=False,
    )
    language = _language(_("画面とメールのことば"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}


class ProfileForm(_PersonalForm):
    """What contacts say about themselves."""

    @classmethod
    def of(cls, contact: Contact, language: str, data: Any) -> "ProfileForm":
        facts = ("name", "name_kana", "department", "phone")
        return cls(
            data, initial={fact: getattr(contact, fact) for fact in facts} | {"language": language}
        )


class AcceptForm(_PersonalForm):
    """Who was invited makes sure of their name."""

    @classmethod
    def of(cls, invitation: Invitation, data: Any) -> "AcceptForm":
        facts = {"name": invitation.name, "language": invitation.language}
        return cls(data, initial=facts)


NOBODY, SOMEBODY_NEW = "nobody", "new"


class LeaveForm(_Form):
    """Whose access ends, and who takes over: nobody, a colleague, or somebody new."""

    successor = forms.ChoiceField(
        label=_("引き継ぐ方"),
        widget=forms.RadioSelect,
        error_messages={"required": _("引き継ぐ方を選んでください。")},
    )
    name = _name(required=False)
    email = _address(required=False)
    language = _language(_("招待メールのことば"))

    def __init__(self, *args: Any, colleagues: Sequence[Contact], **options: Any) -> None:
        super().__init__(*args, **options)
        self.colleagues = {str(contact.pk): contact for contact in colleagues}
        nobody = Card(_("決めない"), _("途中のご連絡は、契約の担当の方へお送りします。"))
        new = Card(_("新しい方を招待する"), _("下にお名前とアドレスを入力してください。"))
        taken_over = _("途中のご連絡と役割を引き継ぎます。")
        self.fields["successor"].choices = [  # type: ignore[attr-defined]
            (NOBODY, nobody),
            *((key, Card(one.name, taken_over)) for key, one in self.colleagues.items()),
            (SOMEBODY_NEW, new),
        ]

    @property
    def invites(self) -> bool:
        return bool(self.cleaned_data.get("successor") == SOMEBODY_NEW)

    @property
    def successor_contact(self) -> Contact | None:
        return self.colleagues.get(self.cleaned_data["successor"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.invites:
            told = {
                "name": _("お名前を入力してください。"),
                "email": _("メールアドレスを入力してください。"),
            }
            for name, text in told.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, text)
        return data

    def invited(self, contact: Contact) -> services.Invited:
        """The new person has the roles of the one before."""
        data = self.cleaned_data
        return services.Invited(
            email=data["email"],
            name=data["name"],
            language=data["language"],
            **{role: getattr(contact, role) for role in ROLES},
        )


class MailboxForm(_Form):
    """The open form of somebody whose mailbox is dead. Nothing in it is checked against data."""

    contract_number = _CleanedField(
        number,
        "",
        label=_("契約番号"),
        max_length=40,
        help_text=_("年間サポート証書に書かれています。"),
        error_messages={"required": _("契約番号を入力してください。")},
    )
    support_service_number = _CleanedField(
        number,
        "",
        label=_("サポートサービス番号"),
        max_length=40,
        help_text=_("年間サポート証書に書かれています。"),
        error_messages={"required": _("サポートサービス番号を入力してください。")},
    )
    name = _name()
    email = _address(label=_("新しいメールアドレス"))
    words = forms.CharField(
        label=_("ご連絡の内容"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text=_("届かなくなったアドレスや、いつからかをお書きください。"),
    )
