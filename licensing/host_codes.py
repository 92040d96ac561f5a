"""Which form of host code a product shows: the desk's own unless LICENSE_HOST_CODES names another.

What a form gives is stored, signed into the key and compared by the product offline. So it
is at most LONGEST characters, and one that the verifier's folding leaves as it is: upper-case
letters without I, L and O, and digits. A form that does not fit is refused at the start of
every process, never in front of a customer.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.checks import CheckMessage, Error

from licensing.domain import host_code
from licensing.domain.host_code import HostCodeError
from supportdesk.signing.verifier import fold

LONGEST = 64


class HostCodeForm(Protocol):
    """A module: what customers are told of the code, one of them, and how it is read and shown."""

    HINT: str  # 英数字 10文字: in the middle of a sentence, translated lazily where it has to be
    EXAMPLE: str

    def normalise(self, typed: str, /) -> str:
        """The canonical code of what a person typed. Raises HostCodeError."""
        ...

    def display(self, code: str, /) -> str:
        """A canonical code as the product shows it."""
        ...


def form_of(product_code: str) -> HostCodeForm | None:
    """The form of host code that this product shows; None for the desk's own."""
    named: str | None = settings.LICENSE_HOST_CODES.get(product_code)
    return _load(named) if named else None


def normalise(typed: str, product_code: str) -> str:
    """The canonical code of what a person typed. Raises HostCodeError."""
    form = form_of(product_code)
    return form.normalise(typed) if form else host_code.normalise(typed)


def display(code: str, product_code: str) -> str:
    """A canonical code as its product shows it."""
    form = form_of(product_code)
    return form.display(code) if form else host_code.display(code)


def as_shown(code: str, of: Any) -> str:
    """The code of a key or an application (whatever has a `license`), as its product shows it."""
    if not settings.LICENSE_HOST_CODES:  # nothing more has to be read from the database
        return host_code.display(code)
    return display(code, of.license.contract.product.code)


@cache
def _load(name: str) -> HostCodeForm:
    return cast("HostCodeForm", import_module(name))


def forms_fit(**_: object) -> list[CheckMessage]:
    """Refuse to start with a form that cannot do what a form of host code has to."""
    return [
        Error(f"LICENSE_HOST_CODES: {name}: {fault}.", id="licensing.E001")
        for name in settings.LICENSE_HOST_CODES.values()
        for fault in _faults(name)
    ]


def _faults(name: str) -> Iterator[str]:
    try:
        form = _load(name)
        code = form.normalise(form.EXAMPLE)
        shown, again = form.display(code), form.normalise(form.display(code))
        told = str(form.HINT)
    except (ImportError, AttributeError, TypeError, HostCodeError) as error:
        yield f"is no form of host code ({error!r})"
        return
    if not told.strip():
        yield "HINT tells customers nothing"
    if again != code:
        yield f"what it shows ({shown}) is not read as the same code"
    if fold(code) != code:
        yield f"{code} is not a code that the verifier leaves as it is"
    if not 1 <= len(code) <= LONGEST:
        yield f"{code} is not 1 to {LONGEST} characters long"
