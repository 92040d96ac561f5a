"""Server names: what may be written as the name of the old or the new server."""

import ipaddress
import re
import unicodedata
from typing import Literal

LONGEST_NAME = 253
LONGEST_LABEL = 63

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_HARDWARE_ADDRESS = re.compile(
    r"[0-9a-f]{2}([:-]?[0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2}|[0-9a-f]{6}[-:][0-9a-f]{6}"
)
# The dash look-alikes of Japanese keyboards; category Pd covers the others.
_TYPED_AS_HYPHEN = "\N{MINUS SIGN}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}"

type Fault = Literal["empty", "long", "characters", "local", "address", "hardware_address"]


class ServerNameError(ValueError):
    """Why a text cannot be the name of a server."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def normalise(typed: str) -> str:
    """Give the lower-case ASCII host name (one label or several) of what was typed.

    Width, case and dash look-alikes are folded, a closing dot dropped, an
    internationalised name written in its ASCII form. Raises ServerNameError for
    what does not tell one server from others (localhost), for addresses, and
    for what no host can be called: over 253 characters, over 63 in one label,
    white space or line ends inside, other characters.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not "".join(each for each in text if unicodedata.category(each) != "Cf"):
        raise ServerNameError("empty")
    # Judged before the conversion below, whose cost grows with the square of the length.
    if len(text) > LONGEST_NAME + 1:
        raise ServerNameError("long")
    _refuse_addresses(text.lower())
    name = _ascii(text)
    if len(name) > LONGEST_NAME:
        raise ServerNameError("long")
    _refuse_what_no_host_is_called(name)
    return name


def _refuse_addresses(text: str) -> None:
    if _HARDWARE_ADDRESS.fullmatch(text):
        raise ServerNameError("hardware_address")
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return
    raise ServerNameError("address")


def _ascii(text: str) -> str:
    text = text.removesuffix(".").lower()
    if text.isascii():
        return text
    # A long vowel mark inside Japanese letters belongs to the name; beside ASCII it is a hyphen.
    hyphenated = "".join("-" if _is_dash(each) else each for each in text)
    if hyphenated.isascii():
        return hyphenated
    try:
        return text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ServerNameError("characters") from error


def _is_dash(character: str) -> bool:
    return character in _TYPED_AS_HYPHEN or unicodedata.category(character) == "Pd"


def _refuse_what_no_host_is_called(name: str) -> None:
    labels = name.split(".")
    if labels[0] == "localhost" or labels[-1] == "localhost":
        raise ServerNameError("local")
    if any(len(label) > LONGEST_LABEL for label in labels):
        raise ServerNameError("long")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise ServerNameError("characters")
    if labels[-1].isdigit():
        raise ServerNameError("address")
