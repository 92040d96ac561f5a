"""The pages: a file is chosen, shown line by line, confirmed, and the list tells who did it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from contracts.models import Customer
from supportdesk.accounts.models import User
from supportdesk.history.reading import changes_of
from supportdesk.imports import services
from supportdesk.imports.models import Export, ImportRun
from tests.accounts.doors import staff_client
from tests.builders import a_customer, a_staff_member
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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ファイルに何も入っていません。"),
        ("お客さま番号,会社名\n", "見出しのほかに行がありません。"),
        ("なにか,べつの\n1,2\n", "見出しから種類がわかりません。"),
        (
            "お客さま番号,会社名\nC-1,あ\n".encode() + "C-2,ひ\n".encode("cp932"),
            "3行目から文字コード",
        ),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "見出しから種類がわかりません。"),
        (b"PK\x03\x04" + bytes(range(256)), "読めません"),
    ],
)
def test_what_cannot_be_imported_is_said_at_once(
    client: Client, content: str | bytes, words: str
) -> None:
    assert words in page(send(client, content))
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_said_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportdesk.imports.forms.LARGEST_FILE", 10)
    assert "ファイルが大きすぎます" in page(send(client, FILE))


def test_too_many_rows_are_told_and_nothing_is_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportdesk.imports.services.running.MOST_ROWS", 1)
    send(client, FILE)
    services.run_next(now=NOW)
    run = ImportRun.objects.get()
    assert run.state == "failed"
    assert "1行まで" in page(client.get(f"/staff/imports/importrun/{run.pk}/change/"))
    assert not run.rows.exists()


def test_no_file_at_all_and_a_strange_kind_are_said(client: Client) -> None:
    assert "ファイルを選んでください。" in page(client.post(ADD, {"kind": "spells"}))


def test_a_name_of_a_file_is_shown_literally(client: Client) -> None:
    sent = send(client, FILE, name='<script>"名簿\r\n.csv')
    assert "<script>" not in sent.content.decode().replace("<script src", "")
    assert ImportRun.objects.get().file_name


def test_wrong_lines_go_out_with_their_reasons_and_come_in_mended(client: Client) -> None:
    send(client, "お客さま番号,会社名\nC-1,\nC-2,=A1\nC-3,ひばり\n")
    services.run_next(now=NOW)
    run = ImportRun.objects.get()
    assert "2行にエラーがあります" in page(client.get(f"/staff/imports/importrun/{run.pk}/change/"))
    download = client.get(f"/staff/imports/importrun/{run.pk}/errors/")
    text = b"".join(download.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[0] == '"お客さま番号","会社名","エラー"'
    assert "2行目　【会社名】入力してください。" in text
    assert "'=A1" in text
    mended = text.replace('"C-1",""', '"C-1","あおば"').replace("'=A1", "やまびこ")
    send(client, mended)
    services.run_next(now=NOW)
    assert ImportRun.objects.latest("pk").new == 2


def test_a_list_goes_out_as_it_is_filtered_and_who_took_it_is_kept(client: Client) -> None:
    a_customer("あおば工業")
    a_customer("ひばり運輸")
    listed = client.get("/staff/contracts/customer/", {"q": "ひばり"})
    assert "この一覧を CSV で書き出す（1件）" in page(listed)
    download = client.get("/staff/imports/importrun/export/customers/", {"q": "ひばり"})
    text = b"".join(download.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert download["Content-Type"] == "text/csv; charset=utf-8"
    assert download["Content-Disposition"] == 'attachment; filename="customers-20261120.csv"'
    assert "ひばり運輸" in text
    assert "あおば工業" not in text
    export = Export.objects.get()
    assert (export.kind, export.rows, str(export.exported_by)) == ("customers", 1, "中村 沙織")
    assert "中村 沙織" in page(client.get("/staff/imports/export/"))


@pytest.mark.parametrize("kind", ["customers", "contacts", "contracts", "certificates", "keys"])
def test_every_kind_has_its_sample_which_the_desk_recognises(client: Client, kind: str) -> None:
    sample = client.get(f"/staff/imports/importrun/sample/{kind}/")
    content = b"".join(sample.streaming_content)  # type: ignore[attr-defined]
    send(client, content)
    assert ImportRun.objects.get().kind == kind


def test_who_may_only_look_neither_brings_nor_takes_anything(client: Client, staff: User) -> None:
    send(client, FILE)
    services.run_next(now=NOW)
    run = ImportRun.objects.get()
    User.objects.filter(pk=staff.pk).update(view_only=True)
    shown = page(client.get(f"/staff/imports/importrun/{run.pk}/change/"))
    assert "あおば工業" in shown
    assert "取り込む" not in shown.replace("取り込むと", "").replace("取り込む内容", "")
    assert client.get(ADD).status_code == 403
    for name in ("confirm", "give-up"):
        address = f"/staff/imports/importrun/{run.pk}/{name}/"
        assert client.post(address, {"digest": run.digest}).status_code == 403
    assert client.get("/staff/imports/importrun/export/customers/").status_code == 403
    assert "書き出す" not in page(client.get("/staff/contracts/customer/"))
    run.refresh_from_db()
    assert run.state == "checked"


def test_a_file_is_given_up_and_forgotten(client: Client) -> None:
    send(client, FILE)
    services.run_next(now=NOW)
    run = ImportRun.objects.get()
    client.post(f"/staff/imports/importrun/{run.pk}/give-up/")
    run.refresh_from_db()
    assert run.state == "withdrawn"
    assert run.file
    assert services.open_file(run.file).read() == FILE.encode()
    assert services.forget(NOW) == 0
    assert services.forget(NOW + timedelta(days=1)) == 1
    forgotten = ImportRun.objects.get()
    assert (forgotten.file, forgotten.rows.count(), forgotten.total) == (None, 0, 2)
    assert "名簿.csv" in page(client.get(f"/staff/imports/importrun/{run.pk}/change/"))


def test_a_digest_of_something_else_confirms_nothing(client: Client) -> None:
    send(client, FILE)
    services.run_next(now=NOW)
    run = ImportRun.objects.get()
    for digest in ("", "0" * 64, "x\x00"):
        client.post(f"/staff/imports/importrun/{run.pk}/confirm/", {"digest": digest})
        run.refresh_from_db()
        assert run.state == "checked"


def test_the_history_names_who_confirmed(client: Client, staff: User) -> None:
    customer = a_customer("あおば工業")
    send(client, f"number,name\n{customer.number},あおば製作所\n")
    services.run_next(now=NOW)
    run = ImportRun.objects.get()
    client.post(f"/staff/imports/importrun/{run.pk}/confirm/", {"digest": run.digest})
    services.run_next(now=NOW)
    customer.refresh_from_db()
    newest = changes_of(customer)[0]
    assert "中村 沙織" in newest.who
