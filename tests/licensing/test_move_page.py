"""One page shows the move as a time line: what is planned, which key works where, what happened."""


import pytest

from tests.clock import desk_clock
from tests.licensing.builders import an_application
from tests.licensing.visitor import signed_in

pytestmark = pytest.mark.django_db


def page_of(number: str, contact: object) -> str:
    return signed_in(contact).get(f"/license/{number}/").content.decode()  # type: ignore[arg-type]


def test_the_plan_is_told_with_every_date_before_the_key_is_issued() -> None:
    with desk_clock("2026-11-20 17:06"):
        application = an_application("2026-11-20 17:05")
        page = page_of(application.number, application.applicant)

    for words in (
        "移設の予定",
        "申請を受理",
        "正式キーを発行",
        "切替の予定日",
        "並行稼働の終わり",
        "60日目",
        "2027年1月23日(土)",
        "2027年1月30日(土)",
        "この日まで",
        "正式キーの発行後は",
    ):
        assert words in page, words
