"""What the workers do with the ledger."""

from supportdesk import clock
from supportdesk.promises import services


def settle() -> int:
    """Swept by the workers, Redis or not."""
    return services.settle(now=clock.now())
