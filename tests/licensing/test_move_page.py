"""One page shows the move as a time line: what is planned, which key works where, the count."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contracts.models import Contact
from licensing import services
from licensing.models import Application
from licensing.timeline import Picture, meter, picture_of
from tests.builders import a_contact
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import a_held_application, a_license, an_application, send, wanted
from tests.licensing.moves import an_issued_move
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def page_of(application: Application, contact: Contact | None = None) -> str:
    client = signed_in(contact or application.applicant)
    return client.get(f"/license/{application.number}/").content.decode()


def picture(application: Application, wall: str) -> Picture:
    found = Application.objects.for_pages().get(pk=application.pk)
    keys = services.keys_of(found)
    move = services.move_of(found, keys)
    assert move is not None
    return picture_of(move, found, keys, now=tokyo(wall))


def test_the_plan_is_told_with_every_date_before_the_key_is_issued() -> None:
    with desk_clock("2026-11-20 17:06"):
        page = page_of(an_application("2026-11-20 17:05"))

    for words in (
        "移設の予定",
        "申請を受理",
        "正式キーを発行",
        "切り替えの予定日",
        "並行稼働の終わり",
        "60日目",
        "2027年1月23日(土)",
        "2027年1月30日(土)",
        "この日まで",
        "正式キーの発行後は",
        "2027年1月15日(金)",  # the reminder, on a business day
    ):
        assert words in page, words


def test_each_step_names_both_servers_and_what_runs_on_them() -> None:
    shown = picture(an_application("2026-11-20 17:05"), "2026-11-20 17:06")
    told = [(column.lines[0], column.old, column.new) for column in shown.columns]
    old = "現行キー　2027年1月23日(土) まで"
    new = "正式キー　期限なし"
    assert told == [
        ("申請を受理", old, "キーの発行前"),
        ("正式キーを発行", old, new),
        ("切り替えの予定日", old, new),
        ("並行稼働の終わり", "キーは失効", new),
        ("停止のご報告", "キーは失効", new),
    ]
    assert [column.x for column in shown.columns] == [
        "0.00%",
        "20.00%",
        "40.00%",
        "60.00%",
        "80.00%",
    ]
    assert [column.promised for column in shown.columns] == [False, True, False, False, False]
    assert "aoba-app01 から aoba-app02 への移設" in shown.sentence


def test_a_provisional_key_bridges_to_the_regular_one(tmp_path: Path) -> None:
    contact = a_contact()
    move = send(wanted(a_license(contact)), "2026-11-20 17:05", applicant=contact)
    now = tokyo("2026-11-20 17:05")
    services.ask_provisional(move, reason="週末の試験", by=contact.user, now=now)
    with a_key_ring(tmp_path):
        services.issue_due(now=now)

    shown = picture(move, "2026-11-20 17:06")
    assert shown.columns[0].lines == ("暫定キーを発行",)
    assert shown.columns[1].lines == ("正式キーに交代",)
    assert [bar.kind for bar in shown.bars if bar.lane == "new"] == ["provisional", "regular"]
    with desk_clock("2026-11-20 17:06"):
        page = page_of(move)
    assert page.index("暫定キー</b>") < page.index("正式キー</b>") < page.index("現行キー</b>")
    assert "正式キーの発行で交代します" in page


def test_once_issued_the_old_key_is_the_previous_one(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path, "2026-11-24 09:00")
    with desk_clock("2026-11-24 09:05"):
        page = page_of(move)
    assert "前のキー</b>" in page
    assert "並行稼働中。" in page
    assert f"/license/{move.number}/stop/" in page


def test_a_dead_server_has_nothing_to_overlap_or_to_report(tmp_path: Path) -> None:
    contact = a_contact()
    wish = wanted(a_license(contact))
    move = send(replace(wish, reason="failure"), "2026-11-20 16:55", applicant=contact)
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:55"))

    shown = picture(move, "2026-11-20 17:00")
    assert "並行稼働の終わり" not in [column.lines[0] for column in shown.columns]
    with desk_clock("2026-11-20 17:00"):
        page = page_of(move)
    assert f"/license/{move.number}/stop/" not in page
    assert services.remind_of_stops(now=tokyo("2027-01-15 09:00")) == 0


@pytest.mark.parametrize("state", ["held", "withdrawn"])
def test_there_is_no_plan_where_nothing_is_promised(state: str) -> None:
    if state == "held":
        application = a_held_application()
    else:
        application = an_application("2026-11-20 17:05")
        by = application.applicant.user
        services.withdraw(application, by=by, now=tokyo("2026-11-20 17:06"))
    with desk_clock("2026-11-20 17:07"):
        assert "移設の予定" not in page_of(application)


def test_the_count_tells_which_move_it_is_and_until_when(tmp_path: Path) -> None:
    first = an_issued_move(tmp_path / "one", "2026-11-24 09:00")
    with a_key_ring(tmp_path / "two"):
        second = send(wanted(first.license, name="aoba-app03"), "2026-12-01 10:00")
        services.issue_due(now=tokyo("2026-12-01 10:00"))
    second = Application.objects.for_pages().get(pk=second.pk)

    one, two = services.move_number(first), services.move_number(second)
    assert one is not None and two is not None
    assert [(each.number, each.limit, each.last_on) for each in (one, two)] == [
        (1, 4, date(2027, 5, 23)),
        (2, 4, date(2027, 5, 23)),
    ]
    assert [part.used for part in meter(two)] == [True, True, False, False]
    with desk_clock("2026-12-01 10:05"):
        page = page_of(second)
    assert "<b>2</b>回目 ／ <b>4</b>回まで" in page
    assert "2027年5月23日(日)" in page
