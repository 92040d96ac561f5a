"""Which language is spoken: pages follow their reader's choice, mails speak the desk's own."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.utils import translation


def in_the_desks_language[**P, R](tell: Callable[P, R]) -> Callable[P, R]:
    """Whatever language the page is in from which a mail is put, its words are the desk's own.

    The page is read by whoever acts, the mail by somebody else: a colleague, staff, a customer.
    """

    @wraps(tell)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE):
            return tell(*args, **kwargs)

    return told
