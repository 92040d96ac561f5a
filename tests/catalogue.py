"""The English catalogue and the texts it is made from; no gettext programs are needed.

`make messages` brings locale/en up to date: new texts come in untranslated, texts that are gone
leave. Files are named without line numbers, so that a change elsewhere changes nothing here.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = ROOT / "locale/en/LC_MESSAGES/django.po"
CODE = ("supportdesk", "contracts", "inquiries", "licensing")

_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}


def found() -> Catalog:
    """Every text in code and templates that asks for a translation, and the files it is in."""
    catalog = Catalog(locale="en", fuzzy=False)
    for path, source in _sources():
        where = str(path.relative_to(ROOT))
        for line, text, *_comments in extract("python", BytesIO(source), _KEYWORDS):
            catalog.add(text, locations=[(where, line)])
    return catalog


def english() -> Catalog:
    """The catalogue as it is committed."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def messages(catalog: Catalog) -> list[Message]:
    """Its texts, without the header."""
    return [message for message in catalog if message.id]


def asked(message: Message) -> str:
    """The text as the source has it; of two forms the first."""
    return message.id if isinstance(message.id, str) else message.id[0]


def told(message: Message | None) -> list[str]:
    """Its translations: one, or one for each plural form."""
    if message is None or message.string is None:
        return []
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _sources() -> Iterator[tuple[Path, bytes]]:
    for app in CODE:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield path, path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*.*")):
        # What is not a text becomes noise in its place: as lines of Python it must not be indented.
        code = templatize(path.read_text(), origin=str(path))
        yield path, re.sub(r"(?m)^[^\S\n]+", "", code).encode()


def refresh() -> None:
    """Write the committed catalogue anew, with the translations it has."""
    template, catalog = found(), english()
    template.creation_date, catalog.msgid_bugs_address = catalog.creation_date, ""
    catalog.update(template, no_fuzzy_matching=True)
    with ENGLISH.open("wb") as file:
        write_po(file, catalog, width=100, ignore_obsolete=True, include_lineno=False)


def compile_english() -> None:
    """What Django reads, where it is missing or older than the catalogue; `make` does the same."""
    compiled = ENGLISH.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < ENGLISH.stat().st_mtime:
        with compiled.open("wb") as file:
            write_mo(file, english())


if __name__ == "__main__":
    refresh()
