"""The terms by clause: what every reason on a page links to."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from supportdesk import clock
from supportdesk.business_calendar.models import TermsVersion


@dataclass(frozen=True, slots=True)
class Article:
    number: str
    heading: str
    clauses: list[dict[str, Any]]


@require_safe
def terms(request: HttpRequest, number: str = "") -> HttpResponse:
    """The version in force today, or an earlier one by its number."""
    versions = TermsVersion.objects.in_force(clock.today(clock.of(request)))
    shown = get_object_or_404(versions, number=number) if number else versions.first()
    context = {
        "terms": shown,
        "articles": _articles(shown) if shown else [],
        "versions": versions,
        "current": shown == versions.first(),
    }
    return render(request, "terms.html", context)


def _articles(shown: TermsVersion) -> list[Article]:
    """The clauses under the terms' own headings, in the reader's language."""
    headings = {
        "1": _("サポートの内容"),
        "2": _("サポートの方法"),
        "3": _("サポートの期間"),
        "4": _("そのほかの条件"),
    }
    text = "text_en" if get_language() == "en" else "text_ja"
    rows = [
        {**clause, "text": clause[text], "label": _label(clause["label"])}
        for clause in shown.clauses
    ]
    return [
        Article(article, heading, [row for row in rows if row["clause"][0] == article])
        for article, heading in headings.items()
    ]


def _label(label: str) -> str:
    """約款 2(2), or Terms 2(2)."""
    return _("約款 %(number)s") % {"number": label.removeprefix("約款 ")}
