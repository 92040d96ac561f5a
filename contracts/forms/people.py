"""What staff type about customers and their people."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from contracts import services
from contracts.domain.writing import kana, phone
from contracts.forms.fields import cleaned, text_field
from contracts.models import Contact, Customer
from supportdesk.accounts.models import User


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


class CustomerForm(forms.ModelForm[Customer]):
    class Meta:
        model = Customer
        fields: ClassVar = ["number", "name", "name_kana", "note"]

    def clean_name_kana(self) -> str:
        error = _("カタカナまたはひらがなで入力してください。")
        return cleaned(kana, self.cleaned_data["name_kana"], error)
