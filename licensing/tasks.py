import logging

from django.db import OperationalError

from licensing import services
from supportdesk import clock

log = logging.getLogger(__name__)


def issue_due() -> int:
    """Swept by the issuer, the only process that can sign, Redis or not."""
    return services.issue_due(now=clock.now())


def prove_sealing() -> None:
    """When a worker starts, before it seals or sends anything. Raises WrongSecretError."""
    try:
        services.prove_sealing()
    except OperationalError:
        log.warning("the database is away: whether the secrets fit could not be tried")


def publish_revocations() -> int:
    """Swept by the issuer: a list that changed, or one a day (REVOCATION_LIST_HOURS)."""
    return services.publish_revocations(now=clock.now())


def sign_anew() -> int:
    """Swept by the issuer: what a withdrawn signing key signed, once staff have ordered it."""
    return services.sign_anew(now=clock.now())


def remind_of_stops() -> int:
    """Swept by the workers, Redis or not."""
    return services.remind_of_stops(now=clock.now())


def answer_requests() -> int:
    """Swept by the workers: requests of people who cannot sign in, Redis or not."""
    return services.answer_requests(now=clock.now())
