"""`make demo`: what it says when it cannot start, and one whole run from start to Ctrl-C."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from supportdesk.demo.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-W", "ignore", "-m", "supportdesk.demo"]
STARTS_WITHIN = 240


def of_its_own(folder: Path) -> dict[str, str]:
    """The demo's environment without what the tests have set up for themselves."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"DEMO_HOME": str(folder)}


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEMO, *arguments],
        cwd=ROOT,
        env=of_its_own(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_busy_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = demo(tmp_path, "run", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} is already in use" in refused.stdout
    assert "make demo PORT=" in refused.stdout
    assert not (tmp_path / "postgres").exists()


@pytest.mark.django_db
def test_a_database_too_old_to_be_brought_up_to_date_is_said() -> None:
    from supportdesk.demo.steps import refuse_tables_of_an_earlier_time

    refuse_tables_of_an_earlier_time()  # those of today, and of the demos of today, are fine
    MigrationRecorder(connection).record_unapplied("contracts", "0005_renewals")
    with pytest.raises(SystemExit, match="make demo-reset"):
        refuse_tables_of_an_earlier_time()


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01 10:00", "2026-11-20", "10:00"])
def test_a_moment_that_is_none_is_said_with_an_example(tmp_path: Path, moment: str) -> None:
    refused = demo(tmp_path, "run", "--at", moment)
    assert refused.returncode == 2
    assert 'AT="2026-11-20 16:58"' in refused.stderr


def test_moving_the_clock_of_a_demo_that_does_not_run_says_so(tmp_path: Path) -> None:
    refused = demo(tmp_path, "at", "2026-11-24 9:00")
    assert refused.returncode == 1
    assert "not running" in refused.stdout


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/demo/clock/", "/demo/mails/", "/demo/sign-in/"])
def test_outside_the_demo_its_pages_do_not_exist(client: Client, path: str) -> None:
    assert not settings.DEMO
    assert client.get(path).status_code == 404
    assert client.post(path, {"to": "hour", "email": "a@example.jp"}).status_code == 404


# --- Without Python, or with half an environment ----------------------------------------


def a_bare_checkout(folder: Path, *commands: str) -> dict[str, str]:
    """The script and the lists, and a PATH that knows these commands only."""
    requirements = folder / "requirements"
    shutil.copytree(ROOT / "requirements", requirements)
    tools = folder / "tools"
    tools.mkdir()
    for command in ("sh", "dirname", "cmp", "rm", "cp", "grep", "awk", "tail", *commands):
        found = shutil.which(command)
        assert found, command
        (tools / command).symlink_to(found)
    return {"PATH": str(tools), "HOME": str(folder)}


def make_environment(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "requirements/environment.sh", "demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_python_is_said_with_the_ways_to_get_it(tmp_path: Path) -> None:
    if any(Path(found).exists() for found in ("/usr/local/bin/python3.13",)):
        pytest.skip("this machine has one where every machine may have one")
    refused = make_environment(tmp_path, a_bare_checkout(tmp_path))
    assert refused.returncode == 1
    assert "Python 3.13 was not found" in refused.stderr
    assert "apt install" in refused.stderr


def test_an_environment_that_was_left_half_made_is_made_anew(tmp_path: Path) -> None:
    environment = a_bare_checkout(tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/nonexistent")
    # No package list, so that nothing is downloaded: making the environment anew is what counts.
    (tmp_path / "requirements" / "demo.txt").write_text("# nothing\n")
    done = make_environment(tmp_path, environment | {"PYTHON": sys.executable})
    assert "half-made" in done.stderr
    assert done.returncode == 0, done.stderr
    again = make_environment(tmp_path, environment)
    assert (again.returncode, again.stderr) == (0, "")


# --- One whole run, alone on the machine -----------------------------------------------


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, Path]]:
    """A demo on a Friday shortly before the cut-off; stopped as Ctrl-C does."""
    # Not below pytest's own folder, which is closed to the user that PostgreSQL runs as.
    folder = ROOT / ".var" / "test" / f"demo-{os.getpid()}"
    folder.mkdir(parents=True)
    port = free_port()
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [*DEMO, "run", "--port", str(port), "--at", "2026-11-20 16:58"],
        cwd=ROOT,
        env=of_its_own(folder),
        stdout=log,
        stderr=log,
    )
    end = time.monotonic() + STARTS_WITHIN
    while "The desk is open" not in (folder / "log").read_text():
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < end, (folder / "log").read_text()
        time.sleep(0.3)
    yield f"http://127.0.0.1:{port}", folder
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0, (folder / "log").read_text()
    assert "Stopped; the data are kept." in (folder / "log").read_text()
    assert not (folder / "postgres" / "postmaster.pid").exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    shutil.rmtree(folder)


class Visit:
    """A visitor without a browser: keeps cookies, sends forms with their token."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/"))
        assert token
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(self.url + path, data=body, timeout=30) as answer:
            return str(answer.read().decode())


@pytest.mark.faults
def test_the_desk_runs_at_the_wanted_moment_and_shows_its_people(
    running: tuple[str, Path],
) -> None:
    visit = Visit(running[0])
    assert "11月20日(金)" in visit.get("/")
    home = visit.post("/demo/sign-in/", email="r.sasaki@aoba-kogyo.example")
    assert "株式会社あおば工業" in home
    assert "サポート期間内" in home
    queue = visit.post("/demo/sign-in/", email="s.nakamura@supportdesk.example")
    assert "対応の順番" in queue
    assert "東都精機株式会社" in queue


@pytest.mark.faults
def test_caught_mails_can_be_read(running: tuple[str, Path]) -> None:
    visit = Visit(running[0])
    listed = visit.get("/demo/mails/?to=d.kobayashi@toto-seiki.example")
    assert "ライセンスキー" in listed
    found = re.search(r'href="(/demo/mails/[\w-]+/)"', listed)
    assert found
    assert "東都精機株式会社" in visit.get(found[1])


@pytest.mark.faults
def test_the_running_desk_is_moved_from_the_page_and_from_the_shell(
    running: tuple[str, Path],
) -> None:
    url, folder = running
    visit = Visit(url)
    assert "11月24日(火) 9:00" in visit.post("/demo/clock/", to="tuesday")
    moved = demo(folder, "at", "2026-12-25 17:30")
    assert moved.returncode == 0, moved.stdout + moved.stderr
    assert "Friday 25 December 2026, 17:30" in moved.stdout
    assert "12月25日(金) 17:3" in visit.get("/")


@pytest.mark.faults
def test_a_second_demo_of_the_same_checkout_is_told_where_the_first_is(
    running: tuple[str, Path],
) -> None:
    url, folder = running
    refused = demo(folder, "run", "--port", str(free_port()))
    assert refused.returncode == 1
    assert f"already running: {url}" in refused.stdout
