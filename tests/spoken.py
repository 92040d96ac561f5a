"""What a person sees or hears of a page, for tests of its language."""

from html.parser import HTMLParser

_VOID = {"input", "img", "br", "link", "meta", "hr"}


class _Words(HTMLParser):
    """Text and spoken attributes; not icons, which are drawn by their names, nor what has its
    own language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        icon = "material-symbols" in (given.get("class") or "")
        foreign = tag != "html" and "lang" in given
        if self._silent or tag in {"script", "style"} or icon or foreign:
            if tag not in _VOID:
                self._silent.append(tag)
            return
        spoken = [given.get(name) for name in ("title", "alt", "aria-label", "placeholder")]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            spoken.append(given.get("value"))
        self.found += [text for text in spoken if text]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def spoken(page: str) -> list[str]:
    """The texts of a page, in order."""
    parser = _Words()
    parser.feed(page)
    return [text for text in parser.found if text.strip()]
