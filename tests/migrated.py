"""A database in which all migrations have run: made once, then copied for each run and worker."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
WITH_TABLES_OF_THEIR_OWN = ["Django", "django-allauth", "django-pghistory"]
KEPT = 3  # of other branches and earlier days


def template() -> str:
    """The name of that database; whoever needs it first makes it, the others wait."""
    name = f"migrated_{_fingerprint()}"
    making: Any = connection.creation
    with making._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('migrated'))")
        cursor.execute("SELECT datname FROM pg_database WHERE datname ^@ 'migrated_' ORDER BY oid")
        found = [row[0] for row in cursor.fetchall()]
        if name not in found:
            cursor.execute("DROP DATABASE IF EXISTS migrating")
            cursor.execute("CREATE DATABASE migrating")
            _migrate("migrating")
            cursor.execute(f'ALTER DATABASE migrating RENAME TO "{name}"')
            for old in found[:-KEPT]:
                cursor.execute(f'DROP DATABASE "{old}"')
    return name


def _migrate(database: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _fingerprint() -> str:
    """Of the migrations as they are: what is edited or added is run anew."""
    found = hashlib.sha256()
    for package in WITH_TABLES_OF_THEIR_OWN:
        found.update(f"{package} {version(package)}\n".encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/*/migrations/*.py")):
        found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]
