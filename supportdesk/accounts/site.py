"""The staff's side: unfold's admin behind our gate, with its own Content-Security-Policy."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

from supportdesk.accounts import gate
from supportdesk.history.pages import of_row

# unfold drives its pages with Alpine, which evaluates the expressions in its
# attributes and sets style attributes; customer pages allow neither.
ADMIN_CSP = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}


class DeskAdminSite(UnfoldAdminSite):
    site_title = site_header = index_title = _("サポートデスク 担当者用")
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return gate.opens(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        checked = _with_readable_key(view)
        guarded: Callable[..., Any] = csp_override(ADMIN_CSP)(
            super().admin_view(checked, cacheable)
        )
        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """One page of history for every model, in place of Django's log of its own forms."""
        history = path(
            "<slug:app_label>/<slug:model_name>/<path:object_id>/history/",
            self.admin_view(partial(of_row, self)),
        )
        return [history, *super().get_urls()]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is no page of pages: work begins at the first list of the sidebar."""
        groups = self.get_sidebar_list(request)
        if not groups:
            return super().index(request, extra_context)
        return HttpResponseRedirect(groups[0]["items"][0]["link"])

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().search(request, extra_context)
        except (ValueError, InvalidPage):  # unfold trusts ?page=
            raise Http404 from None

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The admin has no door of its own: people come in through ours, or not at all."""
        if self.has_permission(request):
            return HttpResponseRedirect(gate.goal_of(request))
        return gate.detour(request, gate.goal_of(request))

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST":
            logout(request)
        return HttpResponseRedirect(reverse("account_login"))


def _with_readable_key(view: Callable[..., Any]) -> Callable[..., Any]:
    """An address whose key cannot be one of the model's is no page, for every view and action."""
    model = getattr(getattr(view, "__self__", None), "model", None)
    if model is None:
        return view

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if "object_id" in kwargs and not _names_a_row(model, kwargs["object_id"]):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def _names_a_row(model: type[Model], key: str | None) -> bool:
    """Django's own add page has the key None; ours are positive numbers and UUIDs."""
    if key is None:
        return True
    try:
        return str(model._meta.pk.to_python(key)) == key and not key.startswith("-")
    except ValidationError:
        return False
