"""Files on their way in, as staff see them: chosen, checked line by line, confirmed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from supportdesk import clock, tables
from supportdesk.accounts.access import person
from supportdesk.admin import ReadOnly
from supportdesk.imports import services, showing
from supportdesk.imports.forms import UploadForm
from supportdesk.imports.kinds import Kind, kinds
from supportdesk.imports.links import may_export, may_import
from supportdesk.imports.models import Export, ImportProgress, ImportRun
from supportdesk.presenting.dates import tokyo_text

_BADGES = {
    "uploaded": "info",
    "checked": "warning",
    "confirmed": "info",
    "applied": "success",
    "failed": "danger",
    "withdrawn": "default",
}


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    """The list is the record of who imported what; a row of it is the file's own page."""

    list_display = ("file_name", "kind_title", "state_badge", "counts", "person", "uploaded")
    list_filter = ("state",)
    list_filter_sheet = True
    search_fields = ("file_name", "uploaded_by__name")
    list_select_related = ("uploaded_by", "confirmed_by")
    list_fullwidth = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_import(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("sample/<slug:kind>/", wrap(self.sample_view), name="imports_sample"),
            path("export/<slug:kind>/", wrap(self.export_view), name="imports_export"),
            path("<int:pk>/progress/", wrap(self.progress_view), name="imports_progress"),
            path("<int:pk>/errors/", wrap(self.errors_view), name="imports_errors"),
            path("<int:pk>/confirm/", wrap(self.confirm_view), name="imports_confirm"),
            path("<int:pk>/give-up/", wrap(self.withdraw_view), name="imports_withdraw"),
            *super().get_urls(),
        ]

    # -- the record --------------------------------------------------------------------

    @display(description=_("種類"), ordering="kind")
    def kind_title(self, run: ImportRun) -> str:
        return showing.title_of(run.kind)

    @display(description=_("状態"), ordering="state", label=_BADGES)
    def state_badge(self, run: ImportRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @display(description=_("内容"))
    def counts(self, run: ImportRun) -> str:
        named = ((_("新規"), run.new), (_("変更"), run.changed), (_("エラー"), run.faulty))
        said = [f"{name} {count:,}" for name, count in named if count]
        return "　".join(said) or (gettext("変更なし") if run.total else "")

    @display(description=_("担当者"), ordering="uploaded_by__name")
    def person(self, run: ImportRun) -> str:
        return str(run.confirmed_by or run.uploaded_by)

    @display(description=_("選んだ日時"), ordering="uploaded_at")
    def uploaded(self, run: ImportRun) -> str:
        return tokyo_text(run.uploaded_at)

    # -- choosing a file -----------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not may_import(request):
            raise PermissionDenied
        form = UploadForm(
            request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")}
        )
        if request.method == "POST" and form.is_valid():
            return redirect("admin:imports_importrun_change", self._keep(request, form).pk)
        return self._page(
            request,
            "upload.html",
            title=_("CSV の取り込み"),
            form=form,
            kinds=[
                {"kind": kind, "open": kind.code == request.GET.get("kind")}
                for kind in kinds().values()
            ],
        )

    def _keep(self, request: HttpRequest, form: UploadForm) -> ImportRun:
        upload = form.cleaned_data["file"]
        file, sha256 = services.keep_file(upload.chunks())
        return services.upload(
            form.found.code,
            file=file,
            sha256=sha256,
            size=upload.size,
            file_name=upload.name or "",
            by=person(request),
            now=clock.of(request),
        )

    def sample_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        found = _kind(kind)
        return _download(found.sample(), f"{found.code}-sample.csv")

    # -- a file's own page ------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        runs = ImportRun.objects.select_related("uploaded_by", "confirmed_by", "progress")
        run = get_object_or_404(runs, pk=object_id)
        context: dict[str, Any] = {
            "title": run.file_name,
            "run": run,
            "kind_title": showing.title_of(run.kind),
            "may_import": may_import(request),
        }
        if run.checked_at and run.file and run.kind in kinds():
            tabs = showing.tabs(run, request.GET.get("show", ""))
            current = next(tab for tab in tabs if tab.current)
            page = showing.page_of(run, current.outcome, request.GET.get("page", "1"))
            rows = showing.shown(page, kinds()[run.kind])
            context |= {"tabs": tabs, "current": current, "page": page, "rows": rows}
        return self._page(request, "run.html", **context)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A piece of the page while a worker is at it; when it is done the page comes anew."""
        progress = get_object_or_404(ImportProgress.objects.select_related("run"), run=pk)
        context = {"run": progress.run, "progress": progress}
        response = TemplateResponse(request, "admin/imports/_progress.html", context)
        if not progress.run.is_under_way:
            response.headers["HX-Refresh"] = "true"
        return response

    def errors_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = get_object_or_404(ImportRun, pk=pk)
        if not may_import(request):
            raise PermissionDenied
        if not (run.faulty and run.file):
            raise Http404
        return _download(showing.faulty_lines(run), f"{run.kind}-errors.csv")

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._to_change(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            services.confirm(
                run,
                digest=request.POST.get("digest", ""),
                by=person(request),
                now=clock.of(request),
            )
        except services.NotPossibleError as error:
            messages.warning(request, str(error))
        return redirect("admin:imports_importrun_change", run.pk)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._to_change(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            services.withdraw(run, now=clock.of(request))
        except services.NotPossibleError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("取りやめました。何も取り込んでいません。"))
        return redirect("admin:imports_importrun_change", run.pk)

    def _to_change(self, request: HttpRequest, pk: int) -> ImportRun:
        if not may_import(request):
            raise PermissionDenied
        return get_object_or_404(ImportRun, pk=pk)

    # -- the way out -----------------------------------------------------------------------

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """What the kind's list shows under the same filters and search, as a file."""
        found = _kind(kind)
        if not may_export(request):
            raise PermissionDenied
        listed = self.admin_site.get_model_admin(found.model)
        if not listed.has_view_permission(request):
            raise PermissionDenied
        try:
            shown = listed.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise Http404 from None
        rows = found.model._default_manager.filter(pk__in=shown.order_by().values("pk"))
        now = clock.of(request)
        services.record_export(
            found.code,
            filters=request.GET.urlencode(),
            rows=rows.count(),
            by=person(request),
            now=now,
        )
        return _download(found.table(rows), f"{found.code}-{clock.today(now):%Y%m%d}.csv")

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.model._meta}
        return TemplateResponse(request, f"admin/imports/{name}", {**frame, **context})


@admin.register(Export)
class ExportAdmin(ReadOnly):
    """Who took a copy of what."""

    list_display = ("kind_title", "count", "filters", "exported_by", "exported")
    list_select_related = ("exported_by",)
    list_fullwidth = True
    fields = ("kind_title", "count", "filters", "exported_by", "exported")
    readonly_fields = ("kind_title", "count", "exported")

    @display(description=_("種類"), ordering="kind")
    def kind_title(self, export: Export) -> str:
        return showing.title_of(export.kind)

    @display(description=_("件数"), ordering="rows")
    def count(self, export: Export) -> str:
        text = ngettext("%(count)s件", "%(count)s件", export.rows)
        return text % {"count": f"{export.rows:,}"}

    @display(description=_("書き出した日時"), ordering="exported_at")
    def exported(self, export: Export) -> str:
        return tokyo_text(export.exported_at)


def _kind(code: str) -> Kind[Any, Any]:
    found = kinds().get(code)
    if found is None:
        raise Http404
    return found


def _download(rows: Iterator[Sequence[str]], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        tables.written(rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
