"""Form widgets of the portal."""

from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True, slots=True)
class Card:
    """The label of a choice with a second line; use it in `choices=[(value, Card(…)), …]`.

    A disabled card is shown with its reason, but cannot be chosen; the form's own choices decide.
    """

    title: Any  # a string, maybe lazy
    detail: Any = ""
    disabled: bool = False

    def __str__(self) -> str:
        return str(self.title)


class ManyCards(forms.CheckboxSelectMultiple):
    """Choice cards of which several may be chosen."""

    template_name = "django/forms/widgets/radio.html"
    option_template_name = "django/forms/widgets/radio_option.html"


class FileDrop(forms.ClearableFileInput):
    """A real file field inside a dashed frame; dropping files on it is an extra."""

    template_name = "components/file_drop.html"


class ManyFilesDrop(FileDrop):
    """The same for several files at once."""

    allow_multiple_selected = True
