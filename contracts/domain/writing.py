"""How names are read and telephone numbers written, whatever the keyboard's width."""

import re
import unicodedata

_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_KANA = re.compile(r"[ァ-ヺーヽヾ・ 0-9A-Za-z&.,'()-]+")
# NFKC folds full-width forms but leaves these, which people type for a hyphen.
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")
_PHONE = re.compile(r"\+?[0-9]+(-[0-9]+)*")
_PHONE_DIGITS = range(10, 16)


def kana(text: str) -> str:
    """Full-width katakana of a reading typed in any kana. Raises ValueError for anything else."""
    reading = " ".join(unicodedata.normalize("NFKC", text).translate(_HIRAGANA).split())
    if reading and not _KANA.fullmatch(reading):
        raise ValueError("not a reading in kana")
    return reading


def plain_digits(text: str) -> str:
    """Figures and signs of a number in half width, hyphens alike."""
    return unicodedata.normalize("NFKC", text).translate(HYPHENS).strip()


def phone(text: str) -> str:
    """Digits and hyphens of a telephone number. Raises ValueError where it cannot be one."""
    plain = plain_digits(text)
    plain = plain.replace("(0)", "") if plain.startswith("+") else plain
    number = re.sub(r"[-\s().]+", "-", plain).strip("-")
    digits = sum(character.isdigit() for character in number)
    if number and not (_PHONE.fullmatch(number) and digits in _PHONE_DIGITS):
        raise ValueError("not a telephone number")
    return number


def mail_address(text: str) -> str:
    """A mail address as it is stored and compared: half-width, lower case, no spaces around."""
    return unicodedata.normalize("NFKC", text).strip().lower()
