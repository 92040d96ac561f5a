"""What staff type about customers and their people."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from contracts import services
from contracts.domain.writing import kana, phone
from contracts.forms.contracts import CustomerField
from contracts.forms.fields import cleaned, note_field, text_field
from contracts.models import Contact, Customer
from supportdesk.accounts.models import User

ROLES = ("is_contract", "is_technical", "is_renewal")


def _role(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanWidget)


class ContactForm(forms.ModelForm[Contact]):
    """What can be changed of a contact; the mail address is who they sign in as, and stays."""

    name = text_field(_("氏名"), max_length=80)

    class Meta:
        model = Contact
        fields: ClassVar = [
            "name_kana",
            "department",
            "phone",
            "is_contract",
            "is_technical",
            "is_renewal",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["name"].initial = self.instance.name

    def clean_name_kana(self) -> str:
        error = _("カタカナまたはひらがなで入力してください。")
        return cleaned(kana, self.cleaned_data["name_kana"], error)

    def clean_phone(self) -> str:
        error = _("市外局番から、数字とハイフンで入力してください。")
        return cleaned(phone, self.cleaned_data["phone"], error)


class NewContactForm(ContactForm):
    """The same for a person who cannot sign in yet."""

    email = forms.CharField(
        label=_("メールアドレス"), max_length=320, widget=UnfoldAdminEmailInputWidget
    )
    field_order = ["name", "name_kana", "email", "department", "phone"]

    class Meta(ContactForm.Meta):
        widgets: ClassVar = {
            "name_kana": UnfoldAdminTextInputWidget,
            "department": UnfoldAdminTextInputWidget,
            "phone": UnfoldAdminTextInputWidget,
            "is_contract": UnfoldBooleanWidget,
            "is_technical": UnfoldBooleanWidget,
            "is_renewal": UnfoldBooleanWidget,
        }

    def clean_email(self) -> str:
        try:
            address = services.clean_address(self.cleaned_data["email"])
        except services.RefusedError as error:
            raise forms.ValidationError(str(error)) from error
        if User.objects.filter(email=address).exists():
            raise forms.ValidationError(_("このメールアドレスはすでに登録されています。"))
        return address


class _InvitationForm(forms.Form):
    """Somebody who is to join a customer's contacts, as staff type it."""

    name = text_field(_("氏名"), max_length=80)
    email = forms.CharField(
        label=_("メールアドレス"), max_length=320, widget=UnfoldAdminEmailInputWidget
    )
    is_contract = _role(_("契約の担当"))
    is_technical = _role(_("技術の担当"))
    is_renewal = _role(_("更新の担当"))
    language = forms.ChoiceField(
        label=_("招待メールのことば"),
        choices=[("ja", "日本語"), ("en", "English")],
        widget=UnfoldAdminRadioSelectWidget,
        initial="ja",
    )

    def clean_email(self) -> str:
        try:
            return services.clean_address(self.cleaned_data["email"])
        except services.RefusedError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(data.get(role) for role in ROLES):
            self.add_error("is_contract", _("役割を1つ以上選んでください。"))
        return data

    def invited(self) -> services.Invited:
        data = self.cleaned_data
        roles = {role: data[role] for role in ROLES}
        return services.Invited(
            email=data["email"], name=data["name"], language=data["language"], **roles
        )


class StaffInviteForm(_InvitationForm):
    """Staff are told at once that an address is somebody's already."""

    def clean_email(self) -> str:
        address = super().clean_email()
        if User.objects.filter(email=address, is_active=True).exists():
            raise forms.ValidationError(_("このメールアドレスはすでに登録されています。"))
        return address


class _ColleagueField(forms.ModelChoiceField[Contact]):
    def label_from_instance(self, obj: Contact) -> str:
        return f"{obj.name} {obj.email}"


class ReportInviteForm(_InvitationForm):
    """What staff decided about a dead mailbox: who is invited, in whose place, and how sure."""

    replaces = _ColleagueField(
        label=_("届かなくなった方"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("（引き継がない）"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("招待した方が登録すると、アクセスが止まり、途中のご連絡を引き継ぎます"),
    )
    note = note_field(_("確かめたこと"), help_text=_("例：登録の電話番号へかけ、ご本人と確認した"))
    field_order = ["replaces", "name", "email"]

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["replaces"]
        field.queryset = customer.contacts.active().select_related("user")  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    note = note_field(_("確かめたこと"))


class MergeForm(forms.Form):
    """Into which customer this one goes."""

    into = CustomerField(
        label=_("統合先のお客さま番号"),
        queryset=Customer.objects.all(),
        to_field_name="number",
        widget=UnfoldAdminTextInputWidget,
        error_messages={
            "required": _("お客さま番号を入力してください。"),
            "invalid_choice": _("登録されているお客さま番号を入力してください。"),
        },
    )
    reason = note_field(_("統合の理由"), help_text=_("例：2026年10月1日の合併"))


class CustomerForm(forms.ModelForm[Customer]):
    class Meta:
        model = Customer
        fields: ClassVar = ["number", "name", "name_kana", "note"]
        help_texts: ClassVar = {
            "name": _("変えると、いまの名前は「以前の会社名」に残り、検索でも見つかります")
        }

    def clean_name_kana(self) -> str:
        error = _("カタカナまたはひらがなで入力してください。")
        return cleaned(kana, self.cleaned_data["name_kana"], error)
