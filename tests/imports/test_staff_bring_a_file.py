"""The pages: a file is chosen, shown line by line, confirmed, and the list tells who did it."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from contracts.models import Customer
from supportdesk.accounts.models import User
from supportdesk.imports import services
from supportdesk.imports.models import ImportRun
from tests.accounts.doors import staff_client
from tests.builders import a_staff_member
from tests.clock import set_desk_clock
from tests.imports.files import NOW
from tests.spoken import spoken

pytestmark = pytest.mark.django_db

ADD = "/staff/imports/importrun/add/"
FILE = "お客さま番号,会社名\nC-1,あおば工業\nC-2,ひばり運輸\n"


@pytest.fixture
def staff() -> User:
    set_desk_clock("2026-11-20 10:00")
    return a_staff_member("中村 沙織")


@pytest.fixture
def client(staff: User) -> Client:
    return staff_client(staff)


def send(client: Client, text: str | bytes, *, kind: str = "", name: str = "名簿.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = BytesIO(content)
    file.name = name
    return client.post(ADD, {"file": file, "kind": kind}, follow=True)


def page(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(spoken(response.content.decode()))


def test_nothing_is_written_before_somebody_confirms_what_they_saw(client: Client) -> None:
    sent = send(client, FILE)
    run = ImportRun.objects.get()
    assert "順番を待っています" in page(sent)
    services.run_next(now=NOW)
    address = f"/staff/imports/importrun/{run.pk}/change/"
    shown = page(client.get(address))
    assert "新規 2件、変更 0件を取り込みます" in shown
    assert "ひばり運輸" in shown
    assert not Customer.objects.exists()

    run.refresh_from_db()
    client.post(f"/staff/imports/importrun/{run.pk}/confirm/", {"digest": run.digest})
    assert "取り込んでいます" in page(client.get(address))
    services.run_next(now=NOW)
    assert "2件を取り込みました" in page(client.get(address))
    assert Customer.objects.count() == 2
    assert "中村 沙織" in page(client.get("/staff/imports/importrun/"))
