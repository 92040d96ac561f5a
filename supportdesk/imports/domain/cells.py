"""What a cell says: the value that is meant, or what a spreadsheet has done to it.

A parser gives the canonical text of a cell: dates as 2026-04-01, counts as digits, choices and yes
or no as their word. An empty cell is canonical for itself; whether it may be empty is the column's
matter. What cannot be meant raises CellError.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta

type Parser = Callable[[str], str]

YES, NO = "はい", "いいえ"
LARGEST_COUNT = 2_147_483_647

_YES = {"はい", "有", "有効", "○", "◯", "〇", "✓", "✔", "yes", "y", "true", "t", "on", "1"}
_NO = {"いいえ", "無", "無効", "×", "✕", "x", "no", "n", "false", "f", "off", "0", "-"}

_BROKEN = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#+)")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LOST = "???"
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_ERAS = {
    "明治": (date(1868, 10, 23), date(1912, 7, 29)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date.max),
}
_ERA_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_ERA_DAY = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR])(?P<year>元|[0-9]{1,2})[年./-]"
    r"(?P<month>[0-9]{1,2})[月./-](?P<day>[0-9]{1,2})日?",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?P<by>[-/.年])(?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
)
_COMPACT_DAY = re.compile(r"(?P<year>(19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
# What a spreadsheet adds to a day, and the weekday that people add.
_AFTER_A_DAY = re.compile(r"\s+0?0:00(:00)?$|\s*\([月火水木金土日]\)$")
_SERIAL = re.compile(r"[2-7][0-9]{4}(\.[0-9]+)?")
_MONTH_NAME = re.compile(r"[0-9]*-?[A-Z]{3,9}-?[0-9]*", re.IGNORECASE)
_OTHER_ORDER = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")
_NO_YEAR = re.compile(r"[0-9]{1,2}([-/.][0-9]{1,2}|月[0-9]{1,2}日?)")
_NO_DAY = re.compile(r"[0-9]{4}([-/.][0-9]{1,2}|年[0-9]{1,2}月)")
_SERIALS_BEGIN = date(1899, 12, 30)
_EARLIEST, _LATEST = date(1980, 1, 1), date(2100, 12, 31)


class CellError(ValueError):
    """Why a cell cannot be what its column needs: the fault's name, and facts to say it with."""

    def __init__(self, fault: str, **facts: str | int) -> None:
        super().__init__(fault)
        self.fault = fault
        self.facts = facts


def content(cell: str, *, literal: bool = False) -> str:
    """What stands in a cell, spaces around it dropped; ="0012" is the text that it protects.

    In a `literal` cell, one that was written safely, an equals sign is just that. Raises CellError
    for another formula, a spreadsheet's error value and letters lost when the file was saved.
    """
    text = cell.strip()
    if not literal and (protected := _TEXT_FORMULA.fullmatch(text)):
        text = protected.group(1).strip()
    elif not literal and text.startswith(("=", "＝")):
        raise CellError("formula", text=text[:40])
    if _BROKEN.fullmatch(unicodedata.normalize("NFKC", text)):
        raise CellError("broken", text=text)
    if _REPLACEMENT in text or _LOST in text:
        raise CellError("lost", text=text[:40])
    if _CONTROL.search(text):
        raise CellError("control")
    return text


def words(longest: int) -> Parser:
    """A name or a sentence of one line, kept as it was written: ①㈱髙﨑～ stay what they are."""

    def parse(text: str) -> str:
        if "\n" in text or "\r" in text:
            raise CellError("lines")
        if "?" in text:  # what no encoding had a place for was saved as this
            raise CellError("lost", text=text[:40])
        return _no_longer(text, longest)

    return parse


def note(longest: int) -> Parser:
    """Text that may have several lines."""

    def parse(text: str) -> str:
        return _no_longer("\n".join(text.splitlines()), longest)

    return parse


def number(longest: int) -> Parser:
    """A number that names something: width and kind of hyphen folded, inner spaces dropped."""

    def parse(text: str) -> str:
        folded = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
        plain = unicodedata.normalize("NFKC", "".join(folded.split()))
        if _EXPONENT.fullmatch(plain):
            raise CellError("exponent", text=plain)
        return _no_longer(plain, longest)

    return parse


def slug(longest: int) -> Parser:
    """A number that also stands in an address: letters, figures, hyphen and underscore only.

    With a figure in it: a mere word may be the address of another page.
    """
    parse_number = number(longest)

    def parse(text: str) -> str:
        plain = parse_number(text)
        if plain and not re.fullmatch(r"[A-Za-z0-9_-]+", plain):
            raise CellError("slug", text=plain)
        if plain and not has_figure(plain):
            raise CellError("no_figure", text=plain)
        return plain

    return parse


def has_figure(number: str) -> bool:
    """Whether it can be told from the word that is the address of another page."""
    return re.search(r"[0-9]", number) is not None


def count(text: str) -> str:
    """A whole number of at least one."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain:
        return ""
    if not re.fullmatch(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+", plain):
        raise CellError("count", text=plain[:20])
    figure = plain.replace(",", "").lstrip("0")
    if not figure or len(figure) > len(str(LARGEST_COUNT)) or int(figure) > LARGEST_COUNT:
        raise CellError("count", text=plain[:20])
    return figure


def yes_or_no(text: str) -> str:
    """はい or いいえ, from the many ways to say so; an empty cell is no answer."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain in _YES or text in _YES:
        return YES
    if plain in _NO or text in _NO:
        return NO
    if plain:
        raise CellError("yes_or_no", text=text[:20])
    return ""


def choice(names: Mapping[str, str]) -> Parser:
    """One of several: by its name (given here as canonical) or by its code."""
    by_word = {word.casefold(): name for code, name in names.items() for word in (code, name)}

    def parse(text: str) -> str:
        if not text:
            return ""
        found = by_word.get(unicodedata.normalize("NFKC", text).casefold())
        if found is None:
            raise CellError("choice", text=text[:20], choices="・".join(names.values()))
        return found

    return parse


def day(text: str) -> str:
    """A civil date from 1980 to 2100, however it is usually written in Japan."""
    plain = _AFTER_A_DAY.sub("", unicodedata.normalize("NFKC", text).strip())
    if not plain:
        return ""
    compact = "".join(plain.split())
    if era := _ERA_DAY.fullmatch(compact):
        found = _day_of_era(era, plain)
    elif common := _DAY.fullmatch(compact) or _COMPACT_DAY.fullmatch(compact):
        found = _civil(int(common["year"]), int(common["month"]), int(common["day"]), plain)
    else:
        raise _no_day(compact)
    if not _EARLIEST <= found <= _LATEST:
        raise CellError("far", text=plain[:20])
    return found.isoformat()


def _civil(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError("no_such_day", text=text[:20]) from None


def _day_of_era(found: re.Match[str], text: str) -> date:
    letter = found["era"].upper()
    first, last = _ERAS[_ERA_LETTERS.get(letter, letter)]
    year = first.year + (1 if found["year"] == "元" else int(found["year"])) - 1
    on = _civil(year, int(found["month"]), int(found["day"]), text)
    if not first <= on <= last:
        raise CellError("no_such_day", text=text[:20])
    return on


def _no_day(text: str) -> CellError:
    """What a spreadsheet has made of a date, as far as it can be told."""
    if _SERIAL.fullmatch(text):
        meant = _SERIALS_BEGIN + timedelta(days=int(text.partition(".")[0]))
        return CellError("serial", text=text[:20], day=f"{meant:%Y-%m-%d}")
    for fault, pattern in (
        ("no_day", _NO_DAY),
        ("month_name", _MONTH_NAME),
        ("other_order", _OTHER_ORDER),
        ("no_year", _NO_YEAR),
    ):
        if pattern.fullmatch(text):
            return CellError(fault, text=text[:20])
    return CellError("day", text=text[:20])


def _no_longer(text: str, longest: int) -> str:
    if len(text) > longest:
        raise CellError("long", longest=longest, length=len(text))
    return text


# What CP932 and Unicode call by different numbers: saved once and back, it is the same text.
_SAME_IN_CP932 = str.maketrans("～－∥￠￡￢―", "〜−‖¢£¬—")


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for a way through CP932."""
    return one == other or one.translate(_SAME_IN_CP932) == other.translate(_SAME_IN_CP932)
