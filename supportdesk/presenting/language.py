"""Which language is spoken: pages and mails follow their reader's choice, records the desk's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Protocol

from django.conf import settings
from django.utils import translation


class Reader(Protocol):
    """Whoever reads a mail: `language` is what they chose, empty for nothing."""

    language: str


def spoken_to(reader: Reader) -> AbstractContextManager[None]:
    """Inside, words are in the language that `reader` chose, otherwise in the desk's own."""
    return translation.override(reader.language or settings.LANGUAGE_CODE)


def speaks_as_the_desk() -> bool:
    """Whether words are in the desk's own language now, as the ledger keeps them."""
    return (translation.get_language() or settings.LANGUAGE_CODE) == settings.LANGUAGE_CODE


def in_the_language_of[**P, R](
    reader: Callable[..., Reader],
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """What is told is said in the language of whoever `reader` finds by the same arguments."""

    def speaking(tell: Callable[P, R]) -> Callable[P, R]:
        @wraps(tell)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            with spoken_to(reader(*args, **kwargs)):
                return tell(*args, **kwargs)

        return told

    return speaking


def in_the_desks_language[**P, R](tell: Callable[P, R]) -> Callable[P, R]:
    """Words that are sent or kept are the desk's own, whatever language the page is in.

    The page is read by whoever acts; a mail or a row of the ledger by others, staff among them.
    """

    @wraps(tell)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE):
            return tell(*args, **kwargs)

    return told
