"""Real PostgreSQL and Valkey for the tests, started before Django reads its settings.

Loaded with `-p tests.services`. DATABASE_URL and REDIS_URL win when they are set.
"""

import atexit
import os
from pathlib import Path

from supportdesk import embedded

VAR = Path(__file__).resolve().parent.parent / ".var" / "test"


def _provide() -> None:
    if "DATABASE_URL" not in os.environ:
        server = embedded.start_postgres(VAR / "postgres", keep_running=False, durable=False)
        os.environ["DATABASE_URL"] = server.url(embedded.OWNER)
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"], valkey = embedded.start_valkey()
        atexit.register(valkey.stop)


_provide()
