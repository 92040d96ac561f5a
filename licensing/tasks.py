from licensing import services
from supportdesk import clock


def issue_due() -> int:
    """Swept by the issuer, the only process that can sign, Redis or not."""
    return services.issue_due(now=clock.now())
