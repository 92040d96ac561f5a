"""Which language is spoken: pages follow their reader's choice, mails speak the desk's own."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.utils import translation


def in_the_desks_language[**P, R](tell: Callable[P, R]) -> Callable[P, R]:
    """Words that are sent or kept are the desk's own, whatever language the page is in.

    The page is read by whoever acts; a mail or a row of the ledger by others, staff among them.
    """

    @wraps(tell)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE):
            return tell(*args, **kwargs)

    return told
