"""The desk's words and pictures for templates: `{% load desk %}`.

Dates (filters; a `_plain` twin without markup for mails, titles and attributes):
    {{ d|day }}  11月24日(火)        {{ d|day_year }}  2026年11月24日(火)
    {{ at|tokyo }}  11月24日(火) 9:00    {{ at|time }}  9:00    {{ delta|duration }}  1時間5分
    {{ first|span_of_days:last }}  11月21日(土)〜23日(月)
    {{ sentence|keep_dates }}      dates and numbers inside plain words, unbroken
Figure:      {% when d_or_instant size="xl|lg|md" year=False %}
Glyph:       {% glyph "check" %}      (a word always stands beside it)
Badge:       {% state "working|scheduled|waiting|done|ok|broken|outside" _("調査中") %}
Clause:      {% clause_tag "2-2d" _("約款 2(2)") own=False %}
Ribbon:      {% ribbon decision sent=_("{time} 受付") due=_("{time} 送信") %}
Reasons:     {% steps decision compact=False %}
Promise:     {% promise_panel decision_or_ledger_row size="hero|aside" what=… beside=… how=… %}
             {% promise_bar decision what=… %}
Errors:      {% error_summary form %}
Stepper:     {% stepper 2 %}
Crumbs:      {% crumbs _("お問い合わせ") url "26-11-0458" %}
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from supportdesk.business_calendar.services import load_calendar
from supportdesk.presenting import dates, panel
from supportdesk.presenting.compact import present_compact
from supportdesk.presenting.errors import summary_rows
from supportdesk.presenting.ribbon import Words, ribbon_of
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.steps import present

register = template.Library()


# --- Dates ---------------------------------------------------------------------------------


def _unbroken(text: str) -> SafeString:
    return format_html('<span class="nb">{}</span>', text)


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """11月24日(火), never broken over two lines."""
    return _unbroken(dates.day_text(value)) if value else ""


@register.filter
def day_year(value: date | datetime | None) -> SafeString | str:
    """2026年11月24日(火): on contracts the year is always told."""
    return _unbroken(dates.day_text(value, year=True)) if value else ""


@register.filter
def tokyo(value: datetime | None) -> SafeString | str:
    """11月24日(火) 9:00 as a <time>."""
    if not value:
        return ""
    text = dates.tokyo_text(value)
    return format_html('<time class="nb" datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def time(value: datetime | int | None) -> SafeString | str:
    """9:00"""
    return "" if value is None else _unbroken(dates.time_text(value))


@register.filter
def span_of_days(first: date | datetime, last: date | datetime) -> SafeString:
    """11月21日(土)〜23日(月): breaks only after the 〜."""
    *before, end = dates.span_parts(first, last)
    held = format_html_join(
        "", '<span class="nb">{}{}</span>', ((part, _("〜")) for part in before)
    )
    return format_html('{}<span class="nb">{}</span>', held, end)


# A date with its weekday and time, or a time alone, as presenting.dates writes them; and the
# numbers that people read out: of a licence or key, a request, a certificate, a host code.
_KEPT = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日\(.\)(?: \d{1,2}:\d{2})?"
    r"|[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2}(?: \d{4})?(?: \d{1,2}:\d{2})?"
    r"|(?<![0-9A-Za-z-])(?:[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}|[A-Z]{1,4}-\d{3,}(?:-\d{2,})?"
    r"|\d{2}-\d{2}-\d{4}|\d{4}-\d{6})(?![0-9A-Za-z-])"
)


@register.filter
def keep_dates(text: object) -> SafeString:
    """A sentence with its dates and numbers unbroken: for words that come as plain text."""
    return mark_safe(  # noqa: S308 - escaped before the spans are put in
        _KEPT.sub(r'<span class="nb">\g<0></span>', conditional_escape(_plain(text)))
    )


def _plain(text: object) -> str:
    """The text; what is marked as safe stays marked."""
    return text if isinstance(text, SafeString) else str(text)


@register.filter
def duration(value: timedelta) -> SafeString:
    """1時間5分"""
    return _unbroken(dates.length_text(value))


register.filter("day_plain", lambda value: dates.day_text(value) if value else "")
register.filter("tokyo_plain", lambda value: dates.tokyo_text(value) if value else "")
register.filter("time_plain", dates.time_text)
register.filter("span_plain", dates.span_text)
register.filter("month", dates.month_text)
register.filter("month_day", dates.month_day_text)
register.filter("weekday", dates.weekday)
register.filter("hours", dates.hours_text)


@register.simple_tag
def when(value: date | datetime, size: str = "lg", year: bool = False) -> SafeString:
    """A date as a figure, read aloud as one phrase."""
    parts = format_html_join(
        "",
        '<span class="when-{}">{}</span>',
        dates.figure_parts(value, year=year),
    )
    instant = isinstance(value, datetime)
    spoken = dates.tokyo_text if instant else dates.day_text
    return format_html(
        '<time class="when when-{}" datetime="{}"><span aria-hidden="true">{}</span>'
        '<span class="sr-only">{}</span></time>',
        size,
        value.isoformat(),
        parts,
        spoken(value, year=year or None),  # type: ignore[arg-type]
    )


# --- Small marks ---------------------------------------------------------------------------

GLYPH_OF_STATE = {
    "working": "half",
    "scheduled": "diamond",
    "waiting": "pause",
    "done": "dot",
    "ok": "check",
    "broken": "triangle",
    "outside": "hatch",
}


@register.simple_tag
def glyph(name: str) -> SafeString:
    """A small drawing; the word beside it carries the meaning."""
    return render_to_string("components/glyph.html", {"name": name})


@register.simple_tag
def state(kind: str, word: str) -> SafeString:
    """A badge of glyph and word."""
    return format_html(
        '<span class="state state-{}">{}{}</span>', kind, glyph(GLYPH_OF_STATE[kind]), word
    )


@register.simple_tag
def clause_tag(clause: str, label: str, own: bool = False) -> SafeString:
    """Whose rule it is: a link to the clause, or the dashed tag of our own target."""
    if not clause:
        return format_html('<span class="tag{}">{}</span>', " tag-own" if own else "", label)
    return format_html(
        '<a class="tag{}" href="{}#{}" title="{}">{}</a>',
        " tag-own" if own else "",
        reverse("terms"),
        clause,
        clause,
        label,
    )


# --- Promises ------------------------------------------------------------------------------


@register.inclusion_tag("components/ribbon.html")
def ribbon(decision: Decision, sent: str = "", due: str = "", place: str = "") -> dict[str, Any]:
    """One column a day from sent to promised; `place` tells two of one decision apart."""
    return {"ribbon": ribbon_of(decision, load_calendar(), Words(sent, due)), "place": place}


@register.inclusion_tag("components/steps.html")
def steps(decision: Decision, compact: bool = False) -> dict[str, Any]:
    """The reasons with their clauses; compact leaves the explanations out."""
    shown = present_compact(decision) if compact else present(decision)
    return {"steps": shown, "compact": compact}


@register.inclusion_tag("components/promise.html")
def promise_panel(promise: Any, size: str = "aside", **words: Any) -> dict[str, Any]:
    """What is promised, by when, and why: of a Decision, or of a row of the ledger."""
    return {"panel": panel.of(promise, **words), "size": size}


@register.inclusion_tag("components/promise_bar.html")
def promise_bar(promise: Any, **words: Any) -> dict[str, Any]:
    """The same on a phone: a bar at the bottom that opens upwards."""
    return {"panel": panel.of(promise, **words)}


# --- Forms and frame -----------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What to look at again, first in the form, one link a field."""
    rows = summary_rows(form)
    return {"rows": rows, "fields": any(row.target for row in rows)}


@register.inclusion_tag("components/stepper.html")
def stepper(current: int, *labels: str) -> dict[str, Any]:
    """1 入力 – 2 確認 – 3 完了"""
    names = labels or (_("入力"), _("確認"), _("完了"))
    return {"stages": list(enumerate(names, start=1)), "current": current}


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """The way here: label, url, label, url, …, the page itself without one."""
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return {"links": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/nav.html", takes_context=True)
def nav(context: template.Context) -> dict[str, Any]:
    """The five places of the portal, with the one we are in marked."""
    path = context["request"].path if "request" in context else ""
    return {"items": [item | {"current": _inside(path, item["url"])} for item in _places()]}


def _places() -> Sequence[dict[str, str]]:
    places = [
        (_("ホーム"), "home"),
        (_("お問い合わせ"), "inquiries:list"),
        (_("ライセンスキー"), "licensing:list"),
        (_("ご契約"), "contracts:list"),
        (_("営業日カレンダー"), "calendar"),
    ]
    return [{"label": label, "url": url} for label, name in places if (url := _url(name))]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _inside(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
