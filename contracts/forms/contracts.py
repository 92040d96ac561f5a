"""What staff type about contracts."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminTextInputWidget,
)

from contracts.forms.fields import number
from contracts.models import Contract, Customer
from supportdesk.imports.domain.cells import has_figure


class CustomerField(forms.ModelChoiceField[Customer]):
    """A customer by the number they are known by: a list of thousands is no help.

    The number of one that was merged leads to where it went.
    """

    def to_python(self, value: Any) -> Customer | None:
        found = super().to_python(number(value) if isinstance(value, str) else value)
        return found.current if found else None


class ContractForm(forms.ModelForm[Contract]):
    customer = CustomerField(
        label=_("お客さま番号"),
        queryset=Customer.objects.all(),
        to_field_name="number",
        widget=UnfoldAdminTextInputWidget,
        help_text=_("お客さまのページの「契約を登録」から始めると、入力されています"),
        error_messages={"invalid_choice": _("登録されているお客さま番号を入力してください。")},
    )

    class Meta:
        model = Contract
        fields: ClassVar = [
            "number",
            "customer",
            "product",
            "site",
            "quantity",
            "purchased_on",
            "support_service_number",
            "customised",
            "customisation_note",
        ]

    def clean_number(self) -> str:
        """With a figure in it, also where it was registered by a file (`cells.slug`)."""
        typed: str = self.cleaned_data["number"]
        if not has_figure(typed):
            raise forms.ValidationError(_("数字を含む契約番号を入力してください。"))
        return typed
