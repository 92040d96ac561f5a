"""Typed text as it is kept: widths folded, invisible tricks removed, names left as written."""

import re
import unicodedata
from typing import Literal

Fault = Literal["null", "surrogate"]

# Full-width letters and digits, half-width kana, the full-width space: what an input method leaves
# behind. Only these are folded: （） are how Japanese is set, ① and ㈱ are meant, and 髙 﨑 神 are
# somebody's name.
_WIDTH_FORMS = re.compile("[\u3000\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f]+")
_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What changes the direction or the looks of its neighbours, or cannot be seen at all.
_TRICKS = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
# Joiners and variation selectors belong to emoji and to names; alone they are nothing.
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


def fault_of(text: str) -> Fault | None:
    """What makes a text impossible to store: a NUL, or half of a surrogate pair; else None."""
    if "\x00" in text:
        return "null"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "surrogate"
    return None


def storable(text: str) -> str:
    """The text without what no database takes; for keeping a draft whose errors are being told."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def clean_line(text: str) -> str:
    """One line: ＡＢ１ → AB1, ｱ → ア, every break and run of spaces → one space, tricks removed."""
    one_line = _LINE_BREAKS.sub(" ", text).replace("\n", " ")
    return _or_empty(" ".join(_fold_width(_composed(_TRICKS.sub("", one_line))).split()))


def clean_block(text: str) -> str:
    """Several lines as typed: breaks become \\n, tricks and blank ends go; widths stay."""
    lines = _LINE_BREAKS.sub("\n", text).split("\n")
    return _or_empty(
        "\n".join(_composed(_TRICKS.sub("", line)).rstrip() for line in lines).strip("\n")
    )


def length(text: str) -> int:
    """Characters as a person counts them in a text box: a line break is one."""
    return len(text.replace("\r\n", "\n"))


def is_blank(text: str) -> bool:
    """True where nothing can be seen: spaces of any width, joiners and selectors only."""
    return not _INVISIBLE.sub("", _TRICKS.sub("", text))


def _or_empty(text: str) -> str:
    return "" if is_blank(text) else text


def _fold_width(text: str) -> str:
    return _WIDTH_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _composed(text: str) -> str:
    # Composing would replace the compatibility ideographs, so it works around them.
    return "".join(
        part if _COMPATIBILITY_IDEOGRAPHS.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _COMPATIBILITY_IDEOGRAPHS.split(text)
    )
