"""The terms by clause: what every reason on a page links to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from supportdesk import clock
from supportdesk.business_calendar.models import TermsVersion

# The articles' own headings; the clauses of a version stand below them.
ARTICLES = ("1", "2", "3", "4")


@require_GET
def terms(request: HttpRequest, number: str = "") -> HttpResponse:
    """The version in force today, or an earlier one by its number."""
    today = clock.today(clock.of(request))
    versions = list(TermsVersion.objects.in_force(today))
    if number:
        shown = get_object_or_404(TermsVersion, number=number, in_force_from__lte=today)
    else:
        shown = versions[0] if versions else None
    return render(
        request,
        "terms.html",
        {
            "terms": shown,
            "articles": _by_article(shown) if shown else [],
            "current": shown is not None and shown == versions[0],
            "earlier": [version for version in versions if version != shown],
        },
    )


def _by_article(shown: TermsVersion) -> list[tuple[str, list[dict[str, str]]]]:
    """The clauses of each article, with their text in the reader's language."""
    text = "text_en" if get_language() == "en" else "text_ja"
    rows = [{**clause, "text": clause[text]} for clause in shown.clauses]
    return [(a, [row for row in rows if row["clause"].split("-")[0] == a]) for a in ARTICLES]
