"""Several lines in one field of a read-only page."""

from collections.abc import Iterable

from django.utils.html import format_html_join
from django.utils.safestring import SafeString


def lines(texts: Iterable[str]) -> SafeString | str:
    return format_html_join("", "{}<br>", ((line,) for line in texts))
