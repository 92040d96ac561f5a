"""変更履歴 in the admin: of one row, and of all together."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from supportdesk import clock
from supportdesk.history.reading import (
    Line,
    Wanted,
    changes_of,
    recent_changes,
    record_model_of,
    tracked_models,
)

ON_A_PAGE = 50


def of_row(
    site: AdminSite, request: HttpRequest, app_label: str, model_name: str, object_id: str
) -> HttpResponse:
    """The history of one row, for whoever may look at that row."""
    try:
        admin = site.get_model_admin(apps.get_model(app_label, model_name))
    except (LookupError, NotRegistered):
        raise Http404 from None
    row = admin.get_object(request, unquote(object_id)) or _outside_its_list(admin, object_id)
    if row is None:
        raise Http404
    if not admin.has_view_permission(request, row):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "opts": admin.opts,
        "title": _("変更履歴"),
        "row": row,
        "keeps_history": record_model_of(type(row)) is not None,
        "lines": changes_of(row),
    }
    return TemplateResponse(request, "admin/history/row.html", context)


def _outside_its_list(admin: Any, object_id: str) -> models.Model | None:
    """A row that its list does not show (any more) has a history all the same."""
    try:
        found: models.Model | None = admin.model._default_manager.filter(pk=object_id).first()
    except (ValueError, ValidationError):
        return None
    return found


class WantedForm(forms.Form):
    """Narrows the list of all changes."""

    model = forms.ChoiceField(label=gettext_lazy("対象"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("変更した人"), required=False)
    since = forms.DateField(
        label=gettext_lazy("この日から"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("この日まで"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, data: Any, *, people: list[tuple[int, str]]) -> None:
        super().__init__(data)
        all_of_them = [("", _("すべて"))]
        kinds = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in _kinds()]
        self.fields["model"].choices = [*all_of_them, *kinds]  # type: ignore[attr-defined]
        self.fields["person"].choices = [*all_of_them, *people]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        until = said.get("until")
        return Wanted(
            model=apps.get_model(said["model"]) if said.get("model") else None,
            person=int(said["person"]) if said.get("person") else None,
            since=_midnight(said["since"]) if said.get("since") else None,
            until=_midnight(until) + timedelta(days=1) if until else None,
        )


def _kinds() -> list[type[models.Model]]:
    return tracked_models()


def _midnight(day: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO)


def of_all(
    site: AdminSite, request: HttpRequest, *, opts: Any, people: list[tuple[int, str]]
) -> HttpResponse:
    """All changes of all models, newest first, a page at a time."""
    form = WantedForm(request.GET, people=people)
    page = int(request.GET["p"]) if request.GET.get("p", "").isdecimal() else 0
    page = min(page, 200)
    lines: list[Line] = []
    if form.is_valid():
        lines = recent_changes(form.wanted(), first=page * ON_A_PAGE, count=ON_A_PAGE + 1)
    asked = request.GET.copy()
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": _("変更履歴"),
        "form": form,
        "rows": [(line, address_of(line, site)) for line in lines[:ON_A_PAGE]],
        "older": _page(asked, page + 1) if len(lines) > ON_A_PAGE else "",
        "newer": _page(asked, page - 1) if page else "",
    }
    return TemplateResponse(request, "admin/history/list.html", context)


def _page(asked: Any, number: int) -> str:
    asked["p"] = str(number)
    return f"?{asked.urlencode()}"


def address_of(line: Line, site: AdminSite) -> str:
    """Where that row's own history is read; empty where it has no page of its own."""
    if not site.is_registered(line.model):
        return ""
    meta = line.model._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[line.pk])
    except NoReverseMatch:
        return ""
