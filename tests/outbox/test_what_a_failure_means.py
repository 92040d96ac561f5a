"""The decision after a failed sending, as a table: what becomes of the mail, and of the queue."""

from datetime import timedelta

import pytest

from supportdesk.outbox.domain import (
    PAUSE,
    RETRY,
    BackOff,
    DeliveryError,
    Queue,
    Row,
    Stage,
    Verdict,
    judge,
    recording_window,
)

RELEASED_AND_STOPPED = Verdict(Row.RELEASE, Queue.STOP)
RELEASED_AND_SLOWED = Verdict(Row.RELEASE, Queue.SLOW_DOWN)
RETRIED = Verdict(Row.RETRY, Queue.GO_ON)
RETRIED_AND_SLOWED = Verdict(Row.RETRY, Queue.SLOW_DOWN)
FAILED = Verdict(Row.FAIL, Queue.GO_ON)
FAILED_AND_SLOWED = Verdict(Row.FAIL, Queue.SLOW_DOWN)

NO_ANSWER = None
LAST = 8

TABLE = [
    # the relay is away, or too busy: nobody's mail is to blame
    (Stage.CONNECT, NO_ANSWER, 1, RELEASED_AND_SLOWED),
    (Stage.CONNECT, 421, 1, RELEASED_AND_SLOWED),
    (Stage.CONNECT, 454, 1, RELEASED_AND_SLOWED),
    (Stage.AUTH, NO_ANSWER, 1, RELEASED_AND_SLOWED),
    (Stage.AUTH, 454, 1, RELEASED_AND_SLOWED),
    (Stage.MAIL, NO_ANSWER, 1, RELEASED_AND_SLOWED),
    (Stage.MAIL, 421, 1, RELEASED_AND_SLOWED),
    (Stage.MAIL, 451, 1, RELEASED_AND_SLOWED),
    (Stage.MAIL, 452, LAST, RELEASED_AND_SLOWED),
    # the configuration is wrong: no mail will ever go out like this
    (Stage.CONNECT, 554, 1, RELEASED_AND_STOPPED),
    (Stage.TRUST, NO_ANSWER, 1, RELEASED_AND_STOPPED),
    (Stage.AUTH, 535, 1, RELEASED_AND_STOPPED),
    (Stage.AUTH, 534, LAST, RELEASED_AND_STOPPED),
    (Stage.MAIL, 550, LAST, RELEASED_AND_STOPPED),
    (Stage.MAIL, 530, 1, RELEASED_AND_STOPPED),
    (Stage.RCPT, 530, 1, RELEASED_AND_STOPPED),
    # this recipient or this content is refused for good
    (Stage.RCPT, 550, 1, FAILED),
    (Stage.RCPT, 552, 1, FAILED),
    (Stage.RCPT, 553, 1, FAILED),
    (Stage.DATA, 552, 1, FAILED),
    (Stage.DATA, 554, 1, FAILED),
    # for now only
    (Stage.RCPT, 450, 1, RETRIED),
    (Stage.RCPT, 451, LAST - 1, RETRIED),
    (Stage.RCPT, 452, LAST, FAILED),
    (Stage.DATA, 451, 1, RETRIED),
    # cut off in the middle: the mail may be the reason, and the relay may be going down
    (Stage.RCPT, 421, 1, RETRIED_AND_SLOWED),
    (Stage.RCPT, NO_ANSWER, 1, RETRIED_AND_SLOWED),
    (Stage.DATA, NO_ANSWER, 1, RETRIED_AND_SLOWED),
    (Stage.DATA, 250, 1, RETRIED_AND_SLOWED),  # not what DATA is answered with
    (Stage.DATA, 999, 1, RETRIED_AND_SLOWED),
    (Stage.DATA, NO_ANSWER, LAST, FAILED_AND_SLOWED),
    # our own code failed on this mail
    (Stage.OURS, NO_ANSWER, 1, RETRIED),
    (Stage.OURS, NO_ANSWER, LAST, FAILED),
]


@pytest.mark.parametrize(("stage", "code", "attempts", "verdict"), TABLE)
def test_a_failure_is_judged_by_its_stage_and_reply(
    stage: Stage, code: int | None, attempts: int, verdict: Verdict
) -> None:
    error = DeliveryError(stage, code, "words")
    assert judge(error, attempts=attempts, max_attempts=LAST) == verdict


@pytest.mark.parametrize("back_off", [RETRY, PAUSE])
def test_gaps_grow_up_to_the_longest(back_off: BackOff) -> None:
    gaps = [back_off.gap(failures) for failures in range(1, 20)]
    assert gaps == sorted(gaps)
    assert gaps[0] == back_off.first
    assert gaps[-1] == back_off.longest


def test_jitter_moves_a_gap_by_a_fifth_at_most() -> None:
    plain = RETRY.gap(3)
    assert RETRY.gap(3, jitter=-1) == plain * 0.8
    assert RETRY.gap(3, jitter=1) == plain * 1.2


def test_a_queue_that_is_not_late_records_every_single_mail() -> None:
    assert recording_window(timedelta(seconds=1), 20) == 1
    assert recording_window(timedelta(minutes=1), 20) == 20
