"""The host code: sixteen characters the product shows, which name one machine.

Fifteen characters of Crockford's base 32 and one check character (ISO 7064
MOD 37,36), shown in four groups of four. The check is worked out here rather
than by python-stdnum because a domain imports the standard library only; the
tests compare the two.

The check character comes from all 36 letters and digits, so it can be one that
people read as another (O, I, L). What is compared is the folded character, and
the folded one is shown back: a code read aloud or typed from paper is accepted.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4

_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOK_ALIKES = str.maketrans("OIL", "011")
# Category Pd covers the dashes; these two are typed as dashes and are not in it.
_TYPED_AS_HYPHEN = "\N{MINUS SIGN}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}"

# Characters that people read or copy as each other; O, I and L are folded before.
_MISREAD = (
    "0D",
    "0Q",
    "8B",
    "5S",
    "2Z",
    "6G",
    "17",
    "4A",
    "VY",
    "VW",
    "MN",
    "CG",
    "EF",
    "PR",
    "KX",
    "38",
    "69",
)

type Fault = Literal["empty", "characters", "length", "check"]
FAULTS: tuple[str, ...] = get_args(Fault.__value__)


class HostCodeError(ValueError):
    """What is wrong with a typed host code.

    `detail` is the character or the count to show, or the code that its check does not fit.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Slip:
    """What may have happened: from `place` (0 is the first) on `meant` was typed as `typed`."""

    place: int
    typed: str
    meant: str


def normalise(typed: str) -> str:
    """Give the sixteen canonical characters of what a person typed.

    Full-width letters, any dash, any white space, lower case and O/0, I/1, L/1
    are accepted. Raises HostCodeError: nothing typed, a character that a host
    code never has, the wrong number of characters, or a check character that
    does not fit the others.
    """
    code = fold(typed)
    if not code:
        raise HostCodeError("empty")
    if strange := next((each for each in code if each not in _CHECK_ALPHABET), None):
        raise HostCodeError("characters", strange)
    if len(code) != LENGTH:
        raise HostCodeError("length", str(len(code)))
    if strange := next((each for each in code[:-1] if each not in ALPHABET), None):
        raise HostCodeError("characters", strange)
    if code != with_check(code[:-1]):
        raise HostCodeError("check", code)
    return code


def slips(code: str) -> list[Slip]:
    """The common slips that would explain sixteen characters whose check does not fit.

    One character read as another that looks like it, or two neighbours that changed
    places. Each of them makes the code fit, which proves nothing: it is where to look
    first. In the order of their places; empty where none explains it.
    """
    found = (slip for slip in _possible_slips(code) if _fits(code, slip))
    return sorted(found, key=lambda slip: slip.place)


def _possible_slips(code: str) -> Iterator[Slip]:
    for place, typed in enumerate(code):
        for pair in _MISREAD:
            if typed in pair:
                yield Slip(place, typed, pair.replace(typed, ""))
        neighbours = code[place : place + 2]
        if len(set(neighbours)) == 2:  # noqa: PLR2004 - two different ones
            yield Slip(place, neighbours, neighbours[::-1])


def _fits(code: str, slip: Slip) -> bool:
    end = slip.place + len(slip.meant)
    mended = code[: slip.place] + slip.meant + code[end:]
    return set(mended[:-1]) <= set(ALPHABET) and mended == with_check(mended[:-1])


def display(code: str) -> str:
    """Show a canonical code in its four groups: 7F3A-91C2-0B6E-D541."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def with_check(payload: str) -> str:
    """Append the check character, folded as it is shown, to fifteen canonical characters."""
    return payload + check_character(payload).translate(_LOOK_ALIKES)


def check_character(payload: str) -> str:
    """Work out the ISO 7064 MOD 37,36 check character of upper-case letters and digits."""
    modulus = len(_CHECK_ALPHABET)
    product = modulus
    for each in payload:
        total = (product + _CHECK_ALPHABET.index(each)) % modulus or modulus
        product = total * 2 % (modulus + 1)
    return _CHECK_ALPHABET[(1 - product) % modulus]


def fold(typed: str) -> str:
    """Fold width, case and look-alikes and drop separators, without judging the result."""
    kept = (
        each.upper() if each.isascii() else each
        for each in unicodedata.normalize("NFKC", typed)
        if not _separates(each)
    )
    return "".join(kept).translate(_LOOK_ALIKES)


def _separates(character: str) -> bool:
    return (
        character.isspace()
        or character in _TYPED_AS_HYPHEN
        or unicodedata.category(character) in {"Pd", "Cf"}
    )
