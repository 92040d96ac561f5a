"""Shown 16:59, sent 17:00:01: stored and told; another kind of outcome: not stored, shown again."""

import pytest

from contracts import services as contracts
from inquiries.models import Inquiry
from supportdesk.business_calendar.models import CalendarVersion, Closure
from supportdesk.outbox.models import Mail
from supportdesk.promises.closures import announce_closures, preview_announcement
from supportdesk.promises.models import Promise
from tests.builders import a_period, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.inquiries.desk import Form, a_covered_contact, signed_in, told, visible

pytestmark = pytest.mark.django_db


def shown_at(wall: str, until: str = "2027-11-30") -> Form:
    """A form whose confirmation was looked at then."""
    contact, contract = a_covered_contact(until)
    form = Form(signed_in(contact.user), contract)
    set_desk_clock(wall)
    form.type()
    form.look()
    return form


def announce(first: str, last: str, name: str, at: str) -> None:
    draft = Closure.objects.create(
        name=name,
        starts_on=tokyo(f"{first} 00:00").date(),
        ends_on=tokyo(f"{last} 00:00").date(),
    )
    version = preview_announcement([draft], now=tokyo(at)).version
    announce_closures([draft], preview_version=version, by=a_staff_member(), now=tokyo(at))


def test_the_cutoff_passed_in_between_it_is_stored_and_told() -> None:
    form = shown_at("2026-12-10 16:59:50")
    with desk_clock("2026-12-10 17:00:01"):
        sent = form.send()
        page = visible(form.client.get(sent.url))
    inquiry = Inquiry.objects.get()
    assert inquiry.promise is not None
    assert inquiry.promise.promised_on == tokyo("2026-12-11 00:00").date()
    assert page.index("お約束の日が変わりました") < page.index("受付番号")
    assert "12月10日(木)のうち → 12月11日(金)のうち" in page
    assert "締切を過ぎたため" in page
    body = told(Mail.objects.get(kind="inquiry_acknowledgement"))
    assert body.index("変わった点") < body.index("最初の回答の目安")
    assert "12月10日(木)のうち" in body
    assert "締切を過ぎたため" in body


def test_five_o_clock_exactly_is_still_in_time() -> None:
    form = shown_at("2026-12-10 16:59:50")
    with desk_clock("2026-12-10 17:00:00"):
        page = visible(form.client.get(form.send().url))
    assert "変わりました" not in page
    assert Inquiry.objects.get().changed_from is None


def test_one_click_withdraws_what_changed() -> None:
    form = shown_at("2026-12-10 16:59:50")
    with desk_clock("2026-12-10 17:00:01"):
        form.send()
        inquiry = Inquiry.objects.get()
        page = form.client.post(f"/inquiries/{inquiry.number}/withdraw/", follow=True)
    assert "取り下げました" in visible(page)
    inquiry.refresh_from_db()
    assert inquiry.status == "withdrawn"
    assert inquiry.promise is not None
    assert inquiry.promise.state == Promise.State.WITHDRAWN
    assert Mail.objects.filter(kind="inquiry_staff_withdrawn").count() == 1


def test_a_closure_announced_in_between_is_told_as_the_reason() -> None:
    form = shown_at("2026-12-25 17:10")
    announce("2026-12-28", "2026-12-30", "年末休業", "2026-12-25 17:15")
    with desk_clock("2026-12-25 17:16"):
        page = visible(form.client.get(form.send().url))
    inquiry = Inquiry.objects.get()
    assert inquiry.promise is not None
    assert inquiry.promise.promised_on == tokyo("2026-12-31 00:00").date()
    assert "12月28日(月)のうち → 12月31日(木)のうち" in page
    assert "休業日が告知されたため" in page
    assert inquiry.promise.calendar_version == CalendarVersion.objects.get().number


def test_a_confirmation_left_open_for_days_says_that_time_passed() -> None:
    form = shown_at("2026-12-10 10:00")
    with desk_clock("2026-12-14 10:00"):
        page = visible(form.client.get(form.send().url))
    assert "時間がたったため" in page


def test_a_later_reception_with_the_same_day_is_no_change() -> None:
    form = shown_at("2026-12-11 17:29:50")
    with desk_clock("2026-12-11 17:30:10"):
        page = visible(form.client.get(form.send().url))
    assert "変わりました" not in page


def test_covered_when_shown_but_not_when_sent_stores_nothing_and_marks_the_change() -> None:
    form = shown_at("2027-11-30 23:59:50")
    with desk_clock("2027-12-01 00:00:05"):
        page = form.send()
    assert page.status_code == 200
    read = visible(page)
    assert "確認画面では「サポート期間内」でしたが、いまは変わりました" in read
    assert "期間外のため、お約束できません" in read
    assert Inquiry.objects.count() == 0
    assert Mail.objects.filter(kind__startswith="inquiry_").count() == 0


def test_held_when_shown_but_covered_when_sent_is_shown_again_with_the_better_news() -> None:
    form = shown_at("2028-01-05 10:00")
    form.ask_for_check()
    assert "確認中" in visible(form.look())
    with desk_clock("2028-01-05 10:05"):
        a_period(form.contract, accepted_on="2027-12-01")
        page = form.send()
        assert "サポート期間内と分かったため" in visible(page)
        assert Inquiry.objects.count() == 0
        form.look()
        form.send()
    assert Inquiry.objects.get().status == "received"
    assert contracts.coverage_of(form.contract, tokyo("2028-01-05 10:05").date()).covered


def test_the_last_ten_minutes_are_counted_down_in_minutes() -> None:
    form = shown_at("2026-12-10 16:51:30")
    assert "本日分の締切 17:00 まで、あと 9分です" in visible(form.look())
    with desk_clock("2026-12-10 16:50:00"):
        assert "あと 10分です" in visible(form.look())
    with desk_clock("2026-12-10 16:49"):
        assert "本日分の締切 17:00 まで" not in visible(form.look())
    for last in ("16:59:59", "17:00:00"):
        with desk_clock(f"2026-12-10 {last}"):
            assert "あと 1分です" in visible(form.client.get("/inquiries/new/countdown/"))
    with desk_clock("2026-12-10 17:00:01"):
        assert "過ぎました" in visible(form.client.get("/inquiries/new/countdown/"))


def test_a_confirmation_opened_long_before_counts_down_too() -> None:
    form = shown_at("2026-12-10 16:30")
    assert "/inquiries/new/countdown/" in form.look().content.decode()
    with desk_clock("2026-12-10 16:49:59"):
        waiting = form.client.get("/inquiries/new/countdown/")
    assert "締切" not in visible(waiting)
    assert "hx-get" in waiting.content.decode()
    with desk_clock("2026-12-10 17:00:01"):
        assert "/inquiries/new/countdown/" not in form.look().content.decode()


def test_the_cut_off_of_a_short_day_is_counted_down_to() -> None:
    short = Closure.objects.create(
        name="午前営業",
        starts_on="2026-12-10",
        ends_on="2026-12-10",
        kind="half_day",
        opens_at="09:00",
        closes_at="12:00",
    )
    short.refresh_from_db()
    now = tokyo("2026-12-01 10:00")
    version = preview_announcement([short], now=now).version
    announce_closures([short], preview_version=version, by=a_staff_member(), now=now)
    form = shown_at("2026-12-10 11:58")
    assert "本日分の締切 12:00 まで、あと 2分です" in visible(form.look())
