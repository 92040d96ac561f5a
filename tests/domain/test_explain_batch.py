"""`explain --batch`: every line gets its answer, in order and at once, whatever comes in."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.business_calendar.holidays import calendar_without_closures
from supportdesk.management.explain import batch
from supportdesk.management.explain.questions import RULES, Desk

OPEN = b'{"rule": "is_open", "at": "2026-11-20T10:00"}'
CLOSED = b'{"rule": "is_open", "at": "2026-11-20T12:00"}'


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(calendar_without_closures)


def answers(text: bytes, desk: Desk) -> list[dict[str, Any]]:
    written: list[str] = []
    batch.run(io.BytesIO(text), written.append, desk)
    return [json.loads(line) for line in "".join(written).splitlines()]


def test_answers_come_in_the_order_of_the_questions(desk: Desk) -> None:
    assert answers(OPEN + b"\n" + CLOSED + b"\n" + OPEN + b"\n", desk) == [
        {"open": True},
        {"open": False},
        {"open": True},
    ]


def test_the_last_line_needs_no_end_and_an_empty_input_has_no_answer(desk: Desk) -> None:
    assert answers(OPEN, desk) == [{"open": True}]
    assert answers(b"", desk) == []


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter(desk: Desk) -> None:
    assert answers(b"\xef\xbb\xbf" + OPEN + b"\r\n" + CLOSED + b"\r\n", desk) == [
        {"open": True},
        {"open": False},
    ]


BAD_LINES = [
    (b"", "the line is empty"),
    (b"   ", "the line is empty"),
    (b"\xff\xfe", "not UTF-8"),
    (b"not json", "not JSON"),
    (b'{"rule": "key"', "not JSON"),
    (b"[]", "a question must be an object"),
    (b'"key"', "a question must be an object"),
    (b'{"rule": "key", "rule": "inquiry", "at": "2026-11-20T10:00"}', "'rule' stands twice"),
    (b'{"rule": "add", "at": "2026-11-20T10:00", "minutes": NaN}', "NaN is no number"),
    (b'{"rule": "add", "at": "2026-11-20T10:00", "minutes": -Infinity}', "is no number"),
    (b'{"rule": "add", "at": "2026-11-20T10:00", "minutes": 1e999999}', "too large"),
    (b'{"rule": "add", "at": "2026-11-20T10:00", "minutes": 1e99999999999999999999}', "too l"),
    (b'{"rule": "add", "at": "2026-11-20T10:00", "minutes": ' + b"9" * 5000 + b"}", "too long"),
    (b'{"rule": ' + b"[" * 200_000, "nested too deeply"),
    (b'{"rule": "' + b"x" * batch.LONGEST_LINE + b'"}', "longer than"),
    (b'{"rule": "is_open", "at": "2026-11-20T10:00\\ud800"}', "at must be a time"),
]


@pytest.mark.parametrize(("line", "words"), BAD_LINES, ids=[words for _, words in BAD_LINES])
def test_a_bad_question_is_an_error_on_its_line_and_the_rest_goes_on(
    line: bytes, words: str, desk: Desk
) -> None:
    first, bad, last = answers(OPEN + b"\n" + line + b"\n" + CLOSED + b"\n", desk)
    assert (first, last) == ({"open": True}, {"open": False})
    assert words in bad["error"]


def test_a_vanishingly_small_number_is_a_number(desk: Desk) -> None:
    line = b'{"rule": "add", "at": "2026-11-20T10:00", "minutes": 1e-999999}'
    assert answers(line, desk) == [{"at": "2026-11-20T10:00:00+09:00"}]


class Trickle:
    """A pipe through which questions come one by one: the next only after the answer is out."""

    def __init__(self, questions: list[bytes]) -> None:
        self.questions = questions
        self.written: list[str] = []
        self.answered_before: list[int] = []

    def read1(self, _size: int, /) -> bytes:
        self.answered_before.append(len("".join(self.written).splitlines()))
        return self.questions.pop(0) if self.questions else b""


def test_everything_that_arrived_is_answered_before_waiting_for_more(desk: Desk) -> None:
    pipe = Trickle([OPEN + b"\n", CLOSED + b"\n" + OPEN + b"\n", OPEN[:20], OPEN[20:] + b"\n"])
    batch.run(pipe, pipe.written.append, desk)
    assert pipe.answered_before == [0, 1, 3, 3, 4]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
fields = st.sampled_from(
    ["at", "from", "to", "on", "minutes", "calendar", "closures", "accepted_on", "previous_expiry"]
)
likely = st.sampled_from(
    ["2026-11-20T10:00", "2026-11-20", "0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31", 90]
)
questions = st.builds(
    lambda rule, rest: {"rule": rule, **rest},
    st.sampled_from(sorted(RULES)) | json_values,
    st.dictionaries(fields, likely | json_values, max_size=4),
)


@given(
    st.binary(max_size=60).filter(lambda line: b"\n" not in line)
    | questions.map(lambda question: json.dumps(question).encode())
)
def test_no_line_whatever_is_ever_a_crash(line: bytes) -> None:
    found = batch.answer_line(line, Desk(calendar_without_closures))
    assert isinstance(found, dict)
    assert "\n" not in found.get("error", "")
