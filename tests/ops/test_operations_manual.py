"""docs/operations.md names every variable that the settings read, and none that they do not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Read by the demo before there are settings.
OF_THE_DEMO = {"DEMO_HOME", "DATABASE_OWNER_URL"}


def test_the_manual_knows_every_setting() -> None:
    settings = (ROOT / "supportdesk" / "settings.py").read_text()
    read = set(re.findall(r"""(?:env(?:\.\w+)?|_secret)\(\s*"([A-Z_]+)\"""", settings))
    manual = (ROOT / "docs" / "operations.md").read_text()
    rows = [line for line in manual.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", "".join(row.split("|")[1] for row in rows)))
    assert read - named == set()
    assert named - read - OF_THE_DEMO == set()
