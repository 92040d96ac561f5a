"""The house itself: layers, sizes, and the traps that were met once and must not be met again."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ["supportdesk", "contracts", "inquiries", "licensing"]
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
DOMAINS = [
    "supportdesk.business_calendar.domain",
    "supportdesk.promises.domain",
    "supportdesk.outbox.domain",
    "supportdesk.imports.domain",
    "supportdesk.signing.verifier",
    "contracts.domain",
    "inquiries.domain",
    "licensing.domain",
]


def modules() -> list[Path]:
    return [
        path
        for package in OURS
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    return [path for path in sorted((ROOT / "templates").rglob("*.*")) if path.is_file()]


def test_imports_go_downwards_only() -> None:
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


def test_the_project_package_is_empty() -> None:
    # Trap 1: whatever stood here would be loaded with every domain, unseen by import-linter.
    assert (ROOT / "supportdesk" / "__init__.py").read_text() == ""


@pytest.mark.parametrize("package", DOMAINS)
def test_a_domain_imports_without_django(package: str) -> None:
    place = ROOT / package.replace(".", "/")
    found = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(place.rglob("*.py")) or [place.with_suffix(".py")]
    ]
    assert found
    code = (
        f"import {', '.join(found)}, sys; "
        "print([name for name in ('django', 'celery', 'redis', 'psycopg') if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_the_web_process_publishes_to_our_broker() -> None:
    # Trap 1: without the app, tasks would go to amqp://localhost.
    code = (
        "import supportdesk.wsgi; from celery import current_app; "
        "print(current_app.conf.broker_url)"
    )
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "TESTING": "1", "REDIS_URL": "redis://127.0.0.1:7777/5"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == "redis://127.0.0.1:7777/5"


def test_templates_never_read_a_clock() -> None:
    # `{% now %}`, timesince and timeuntil use the machine's clock; pages are shown `desk_now`.
    banned = re.compile(r"\{%\s*now\b|\|\s*time(since|until)\b")
    found = [str(path.relative_to(ROOT)) for path in templates() if banned.search(path.read_text())]
    assert not found


def test_no_model_stamps_itself() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in modules()
        for word in ("auto_now", "auto_now_add", "timezone.now(", "Now()")
        if word in path.read_text() and path.name != "settings.py"
    ]
    assert not found


def test_modules_stay_readable() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert not found


def test_functions_stay_readable() -> None:
    found = {name: length for name, length in functions() if length > LONGEST_FUNCTION}
    assert not found
    lengths = sorted(length for _name, length in functions())
    assert lengths[len(lengths) // 2] <= 8


def functions() -> Iterator[tuple[str, int]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", length


def test_every_test_folder_is_a_package() -> None:
    # Trap 3: otherwise tests/contracts/ shadows the app of that name.
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").exists()]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
