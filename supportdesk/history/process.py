"""Which process a connection belongs to: known to the history whatever is done over it."""

import json
from collections.abc import Sequence
from pathlib import Path


def as_option(role: str, argv: Sequence[str]) -> str:
    """The libpq option that names this process to the triggers, raw SQL included."""
    path = Path(argv[0]) if argv else Path()
    program = path.parent.name if path.name == "__main__.py" else path.name  # python -m package
    command = argv[1] if program == "manage.py" and len(argv) > 1 else program
    said = json.dumps({"process": role, "command": command}, separators=(",", ":"))
    escaped = said.replace("\\", "\\\\").replace(" ", "\\ ")
    return f"-c pghistory.context_metadata={escaped}"
