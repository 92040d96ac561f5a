"""The promise panel: loud while owed, quiet when kept, and always with its reasons."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.template import Context, Template

from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import (
    answer_release,
    cutoff_release,
    reception_target,
    review_target,
)
from supportdesk.promises.models import Promise, PromiseMove
from tests.clock import tokyo
from tests.look.calendars import PICTURED
from tests.look.pages import announce, words

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 17:05")


def shown(promise: Decision | Promise, extra: str = "") -> str:
    with reading_on(date(2026, 11, 20)):
        template = Template("{% load desk %}{% promise_panel promise " + extra + " %}")
        return template.render(Context({"promise": promise}))


def a_row(decision: Decision, **state: object) -> Promise:
    return Promise.objects.create(
        rule=decision.rule,
        clock_started_at=decision.sent_at,
        promised_on=decision.promised_on,
        release_at=decision.release_at,
        decision=decision.as_json(),
        first_decision=decision.as_json(),
        calendar_version=1,
        subject_kind="inquiry",
        subject_number="26-11-0458",
        subject_label="件名",
        subject_url_name="home",
        recipient="a@customer.example",
        made_at=NOW,
        **state,
    )


def a_mail(sent_at: datetime) -> Mail:
    return Mail.objects.create(
        id=uuid4(),
        kind="answer",
        subject_key="x",
        recipient="a@customer.example",
        subject="x",
        state="sent",
        put_at=sent_at,
        due_at=sent_at,
        sent_at=sent_at,
    )


def test_a_first_reply_is_a_day_and_the_desks_own_target() -> None:
    text = words(shown(reception_target(NOW, PICTURED)))
    assert text.startswith("最初の回答の目安 11月24日(火) この日のうちにメールでお送りします")
    assert "11月24日(火)のうちに 最初の回答 当社の目安" in text


def test_a_key_is_an_instant_of_the_terms() -> None:
    html = shown(cutoff_release(NOW, PICTURED))
    assert "ライセンスキーの発行 11月24日(火) 9:00" in words(html)
    assert 'href="/terms/#2-2d"' in html
    assert "promise-owed" in html


def test_an_approved_answer_is_an_instant_too() -> None:
    text = words(shown(answer_release(NOW, PICTURED)))
    assert "回答の送信 11月24日(火) 9:00 この時刻にメールでお送りします" in text


def test_a_held_request_says_what_is_aimed_at() -> None:
    html = shown(review_target(NOW, PICTURED))
    assert "promise-held" in html
    assert "確認中" in words(html)
    assert "11月24日(火)のうちに確認の結果をお知らせします" in words(html)


def test_the_hero_explains_every_step() -> None:
    text = words(shown(reception_target(NOW, PICTURED), 'size="hero"'))
    assert "この日になる理由" in text
    assert "受付時間（13:00〜17:30）の中なので、そのまま受け付けます。" in text
    assert "本日分の締切 17:00 を 5分 過ぎています" in text


def test_a_promise_kept_turns_quiet_and_tells_the_time_it_really_went() -> None:
    sent = tokyo("2026-11-24 15:20")
    row = a_row(reception_target(NOW, PICTURED), state="kept", settled_at=sent, mail=a_mail(sent))
    html = shown(row)
    assert "promise-kept" in html
    assert "お約束を守りました 11月24日(火) 最初の回答の目安。15:20 にお送りしました" in words(html)
    assert "on-navy" not in html


def test_a_broken_promise_says_so_and_apologises() -> None:
    row = a_row(
        reception_target(NOW, PICTURED), state="broken", settled_at=tokyo("2026-11-25 00:00")
    )
    html = shown(row)
    assert "promise-broken" in html
    assert "お約束を過ぎました" in words(html)
    assert "申し訳ございません" in words(html)


def test_a_moved_promise_shows_the_old_moment_and_what_moved_it() -> None:
    row = a_row(cutoff_release(tokyo("2026-11-20 17:05"), PICTURED))
    PromiseMove.objects.create(
        promise=row,
        closure=announce("臨時休業", date(2026, 11, 24)),
        from_on=date(2026, 11, 20),
        to_on=date(2026, 11, 24),
        from_release_at=tokyo("2026-11-20 09:00"),
        to_release_at=tokyo("2026-11-24 09:00"),
        moved_at=NOW,
    )
    html = shown(row)
    assert "<s>" in html
    assert "11月20日(金) 9:00 臨時休業のため、変わりました 11月24日(火) 9:00" in words(html)


def test_a_promise_beyond_the_horizon_says_so_beside_the_date() -> None:
    decision = reception_target(tokyo("2027-04-05 10:00"), PICTURED)
    assert "休業日は未告知" in words(shown(decision))


def test_the_page_may_put_its_own_words() -> None:
    text = words(
        shown(cutoff_release(NOW, PICTURED), 'what="正式キーの発行" beside="いま送信した場合"')
    )
    assert text.startswith("正式キーの発行 いま送信した場合 11月24日(火) 9:00")


def test_the_bar_of_a_phone_opens_without_script() -> None:
    with reading_on(date(2026, 11, 20)):
        template = Template("{% load desk %}{% promise_bar promise %}")
        html = template.render(Context({"promise": reception_target(NOW, PICTURED)}))
    assert html.strip().startswith("<details")
    assert "最初の回答の目安 11月24日(火)のうち 理由を見る" in words(html)
