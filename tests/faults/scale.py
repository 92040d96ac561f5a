"""How large the fault tests run: FAULTS_FULL=1 for the sizes that the README speaks of."""

import os

FULL = os.environ.get("FAULTS_FULL") == "1"


def scaled(*, ci: int, full: int) -> int:
    return full if FULL else ci
