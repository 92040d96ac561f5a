"""Cells that only this app knows how to read."""

from contracts.domain import writing
from contracts.services.errors import RefusedError
from contracts.services.people import clean_address
from supportdesk.imports.domain.cells import CellError, Parser, words

# A telephone number that a spreadsheet took for a number: nine figures or ten, and no 0 before.
_WITHOUT_ZERO = range(9, 11)


def kana(longest: int) -> Parser:
    """A reading in full-width katakana, from any kana."""
    checked = words(longest)

    def parse(text: str) -> str:
        try:
            return checked(writing.kana(text))
        except CellError:
            raise
        except ValueError:
            raise CellError("kana", text=text[:40]) from None

    return parse


def phone(text: str) -> str:
    """Digits and hyphens; a number whose first 0 is lost is told from one that is none."""
    plain = writing.plain_digits(text)
    if plain.isdigit() and len(plain) in _WITHOUT_ZERO and not plain.startswith("0"):
        raise CellError("phone_zero", text=plain, meant=f"0{plain}")
    if "E+" in plain.upper():
        raise CellError("exponent", text=plain[:20])
    try:
        number = writing.phone(text)
    except ValueError:
        raise CellError("phone", text=text[:40]) from None
    return words(20)(number)


def address(text: str) -> str:
    """A mail address as it is stored."""
    if not text:
        return ""
    try:
        return clean_address(text)
    except RefusedError:
        raise CellError("address", text=text[:60]) from None
