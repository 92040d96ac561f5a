"""Which form of host code a product shows: the desk's own unless LICENSE_HOST_CODES names another.

A form is a module with `normalise(typed) -> str` (raises HostCodeError) and `display(code) -> str`.
"""

from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from licensing.domain import host_code


class HostCodeForm(Protocol):
    def normalise(self, typed: str, /) -> str:
        """The canonical code of what a person typed. Raises HostCodeError."""
        ...

    def display(self, code: str, /) -> str:
        """A canonical code as the product shows it."""
        ...


def form_of(product_code: str) -> HostCodeForm:
    """The form of host code that this product shows."""
    named: str | None = settings.LICENSE_HOST_CODES.get(product_code)
    return _load(named) if named else cast("HostCodeForm", host_code)


@cache
def _load(name: str) -> HostCodeForm:
    return cast("HostCodeForm", import_module(name))
