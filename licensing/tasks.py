from licensing import services
from supportdesk import clock


def issue_due() -> int:
    """Swept by the issuer, the only process that can sign, Redis or not."""
    return services.issue_due(now=clock.now())


def publish_revocations() -> int:
    """Swept by the issuer: a list that changed, or one a day (REVOCATION_LIST_HOURS)."""
    return services.publish_revocations(now=clock.now())


def remind_of_stops() -> int:
    """Swept by the workers, Redis or not."""
    return services.remind_of_stops(now=clock.now())


def answer_requests() -> int:
    """Swept by the workers: requests of people who cannot sign in, Redis or not."""
    return services.answer_requests(now=clock.now())
