"""Who changed what, when, from what to what: written by the database, read in Japanese."""

from datetime import date, timedelta
from typing import Any

import pghistory
import pytest
from django.db import connection, transaction

from inquiries import services as inquiries
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.history.reading import Field, Line, Wanted, changes_of, recent_changes
from tests.accounts.doors import staff_client
from tests.builders import a_contact, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.inquiries.desk import a_covered_contact, an_inquiry, signed_in, visible

pytestmark = pytest.mark.django_db


def changed(line: Line) -> dict[str, tuple[str, str]]:
    return {field.name: (field.before, field.after) for field in line.fields}


def test_what_a_customer_sends_is_theirs_from_their_page() -> None:
    set_desk_clock("2026-11-20 15:00")
    contact, contract = a_covered_contact()
    inquiry = an_inquiry(contact, contract)
    first = changes_of(inquiry)[-1]
    assert (first.kind, first.who, first.where) == ("insert", contact.name, "お客さまの画面")
    assert first.at == tokyo("2026-11-20 15:00")
    assert changed(first)["状態"] == ("", "受付済み")
    assert changed(first)["お客さま"] == ("", contact.customer.name)


def test_what_staff_change_on_their_pages_carries_their_name_and_both_values() -> None:
    set_desk_clock("2026-11-20 15:00")
    inquiry = an_inquiry()
    staff = a_staff_member("中村 健")
    set_desk_clock("2026-11-20 15:30")
    url = f"/staff/inquiries/inquiry/{inquiry.pk}/do/assign/"
    assert staff_client(staff).post(url, {"person": staff.pk}).status_code == 302
    newest = changes_of(inquiry)[0]
    assert (newest.kind, newest.who, newest.where) == ("update", "中村 健", "担当者の画面")
    assert newest.at == tokyo("2026-11-20 15:30")
    assert newest.fields == [Field("担当", "（空）", "中村 健")]


def test_what_a_worker_does_says_so() -> None:
    set_desk_clock("2026-11-20 15:00")
    inquiry = an_inquiry()
    assert inquiry.promise
    set_desk_clock("2026-11-25 10:00")
    from supportdesk.promises.tasks import settle

    with pghistory.context(task="supportdesk.promises.tasks.settle"):
        settle()
    [broken] = [line for line in changes_of(inquiry.promise)[:-1] if "状態" in changed(line)]
    assert (broken.who, broken.where) == ("自動処理", "お約束の確認")
    assert changed(broken)["状態"] == ("お約束中", "お約束を過ぎました")


def test_the_sweepers_of_a_worker_name_what_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from supportdesk import celery

    monkeypatch.setattr("supportdesk.celery.connections.close_all", lambda: None)
    staff = a_staff_member("中村 健")

    def sweep() -> int:
        User.objects.filter(pk=staff.pk).update(name="中村 健二")
        celery.stopping.set()
        return 0

    sweep.__module__, sweep.__qualname__ = "licensing.tasks", "issue_due"
    try:
        celery._keep_sweeping(sweep)
    finally:
        celery.stopping.clear()
    newest = changes_of(staff)[0]
    assert (newest.who, newest.where) == ("自動処理", "キーの発行")


def test_the_tasks_of_celery_name_themselves() -> None:
    from supportdesk.celery import app

    staff = a_staff_member("中村 健")

    @app.task(name="inquiries.tasks.rename", shared=False)
    def rename() -> None:
        User.objects.filter(pk=staff.pk).update(name="中村 健二")

    try:
        rename()
    finally:
        app.tasks.unregister("inquiries.tasks.rename")
    assert changes_of(staff)[0].where == "お問い合わせの整理"


def test_a_command_is_known_by_its_process() -> None:
    """Whatever a process does over its connection carries its name, with nothing said in code."""
    from supportdesk.history.process import as_option

    option = as_option("shell", ["/srv/manage.py", "import_closures", "x.csv"])
    assert option.startswith("-c pghistory.context_metadata=")
    said = option.removeprefix("-c pghistory.context_metadata=").replace("\\ ", " ")
    staff = a_staff_member("中村 健")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [said])
    User.objects.filter(pk=staff.pk).update(name="中村 健二")
    assert changes_of(staff)[0].who == "コマンド import_closures"


def test_the_tests_own_connection_names_its_process() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_metadata')::jsonb ->> 'process'")
        assert cursor.fetchone() == ("shell",)


def test_raw_sql_and_bulk_updates_are_in_it_row_by_row() -> None:
    people = [a_staff_member(f"担当 {n}") for n in range(3)]
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_active=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET name = name || ' 改' WHERE is_staff")
    for n, one in enumerate(people):
        told = [changed(line) for line in changes_of(one)]
        assert told[0] == {"氏名": (f"担当 {n}", f"担当 {n} 改")}
        assert told[1] == {"有効": ("はい", "いいえ")}
        assert len(told) == 3


def test_a_deleted_row_leaves_its_history() -> None:
    closure = Closure.objects.create(
        name="臨時休業", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1)
    )
    pk = closure.pk
    closure.delete()
    closure.pk = pk
    assert [line.kind for line in changes_of(closure)] == ["delete", "insert"]


def test_nothing_is_written_where_nothing_changed_or_all_was_rolled_back() -> None:
    staff = a_staff_member("中村 健")
    User.objects.filter(pk=staff.pk).update(name="中村 健")
    try:
        with transaction.atomic():
            User.objects.filter(pk=staff.pk).update(name="別の名前")
            raise RuntimeError
    except RuntimeError:
        pass
    assert len(changes_of(staff)) == 1


def test_secrets_and_the_words_of_a_thread_are_in_no_history() -> None:
    staff = a_staff_member()
    staff.set_password("another long password here")
    staff.save(update_fields=["password"])
    assert len(changes_of(staff)) == 1
    inquiry = an_inquiry()
    with connection.cursor() as cursor:
        for table, columns in _history_tables(cursor).items():
            assert not columns & {"password", "last_login", "form_token", "sealed_text", "token"}
            assert "body" not in columns, table
    assert changes_of(inquiry.messages.get(kind="question"))


def _history_tables(cursor: Any) -> dict[str, set[str]]:
    cursor.execute(
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
        "WHERE table_name IN (SELECT table_name FROM information_schema.columns "
        "WHERE column_name = 'pgh_label') GROUP BY table_name"
    )
    return {table: set(columns) for table, columns in cursor.fetchall()}


# --- Pages -----------------------------------------------------------------------------------


def test_an_inquirys_history_is_a_page_that_staff_read() -> None:
    set_desk_clock("2026-11-20 15:00")
    contact, contract = a_covered_contact()
    inquiry = an_inquiry(contact, contract)
    staff = a_staff_member("中村 健")
    inquiries.assign(inquiry.pk, to=staff, by=staff, now=tokyo("2026-11-20 15:10"))
    url = f"/staff/inquiries/inquiry/{inquiry.pk}/history/"
    page = visible(staff_client(staff).get(url))
    assert "変更履歴" in page
    assert contact.name in page
    assert "受付済み" in page
    assert signed_in(contact.user).get(url).status_code in (302, 403, 404)
    missing = staff_client(staff).get("/staff/inquiries/inquiry/999999/history/")
    assert missing.status_code == 404
    assert staff_client(staff).get("/staff/inquiries/nothing/1/history/").status_code == 404


def test_a_model_without_history_says_so_instead_of_an_empty_page() -> None:
    from supportdesk.outbox.models import Mail

    an_inquiry()
    mail = Mail.objects.first()
    assert mail
    page = staff_client(a_staff_member()).get(f"/staff/outbox/mail/{mail.pk}/history/")
    assert "変更の履歴を残していません" in visible(page)


def test_the_list_of_all_changes_is_narrowed_by_what_who_and_when() -> None:
    set_desk_clock("2026-11-20 15:00")
    inquiry = an_inquiry()
    staff = a_staff_member("中村 健")
    set_desk_clock("2026-11-21 15:00")
    client = staff_client(staff)
    client.post(f"/staff/inquiries/inquiry/{inquiry.pk}/do/assign/", {"person": staff.pk})
    everything = visible(client.get("/staff/history/change/"))
    assert "お問い合わせ" in everything
    assert "約束" in everything
    mine = visible(client.get("/staff/history/change/", {"person": staff.pk}))
    assert "（空） から中村 健" in mine.replace("→", "") or "中村 健" in mine
    none = client.get("/staff/history/change/", {"until": "2020-01-01"})
    assert "この条件の変更はありません。" in visible(none)
    odd = client.get("/staff/history/change/", {"model": "x", "since": "いつか", "p": "99999999"})
    assert odd.status_code == 200


def test_the_list_goes_on_page_by_page_without_losing_a_change() -> None:
    set_desk_clock("2026-11-20 15:00")
    staff = a_staff_member("中村 健")
    for n in range(7):
        User.objects.filter(pk=staff.pk).update(name=f"中村 {n}")
    wanted = Wanted(model=User)
    whole = recent_changes(wanted, first=0, count=100)
    pieces = [line for n in range(0, 9, 3) for line in recent_changes(wanted, first=n, count=3)]
    assert pieces == whole
    assert changed(whole[0]) == {"氏名": ("中村 5", "中村 6")}


def test_the_list_costs_the_same_however_much_there_is(django_assert_max_num_queries: Any) -> None:
    contact = a_contact()
    for n in range(30):
        User.objects.filter(pk=contact.user_id).update(name=f"佐々木 {n}")
    with django_assert_max_num_queries(4):
        recent_changes(Wanted(model=User), first=0, count=20)


def test_a_day_filter_takes_both_its_days_in() -> None:
    staff = a_staff_member("中村 健")
    for day in ("2026-11-19 23:59", "2026-11-20 00:00", "2026-11-20 23:59", "2026-11-21 00:00"):
        set_desk_clock(day)
        User.objects.filter(pk=staff.pk).update(name=day)
    since = tokyo("2026-11-20 00:00")
    wanted = Wanted(model=User, since=since, until=since + timedelta(days=1))
    times = [line.at for line in recent_changes(wanted, first=0, count=50)]
    assert times == [tokyo("2026-11-20 23:59"), tokyo("2026-11-20 00:00")]


def test_the_list_has_no_rows_of_its_own_to_open() -> None:
    client = staff_client(a_staff_member())
    assert client.get("/staff/history/change/1/change/").status_code in (302, 404)
    assert client.get("/staff/history/change/1/history/").status_code == 404
    assert client.get("/staff/history/change/add/").status_code in (302, 403)
