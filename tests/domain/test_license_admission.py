"""Checks pass: accepted at once. Otherwise held, and every reason is named."""

from datetime import date

import pytest

from contracts.domain.coverage import Period, decide_coverage
from licensing.domain.admission import Move, Server, decide_admission
from licensing.domain.moves import MoveCount, MoveLimit

FRIDAY = date(2026, 11, 20)
OLD = Server(name="aoba-app01", host_code="7F3A91C20B6ED541")
NEW = Server(name="aoba-app02", host_code="00000000000000ZZ")
YEAR = Period(
    product="neo-ds",
    kind="renewal",
    entitled_from=date(2025, 12, 1),
    starts_on=date(2025, 12, 1),
    ends_on=date(2026, 11, 30),
)


def a_move(
    *,
    on: date = FRIDAY,
    old: Server | None = OLD,
    new: Server = NEW,
    used_by_own: str = "",
    used_by_others: bool = False,
    moves: int = 0,
    recipients: int = 1,
) -> Move:
    coverage = decide_coverage(periods=[YEAR], product="neo-ds", on=on)
    return Move(
        coverage=coverage,
        old=old,
        new=new,
        used_by_own=used_by_own,
        used_by_others=used_by_others,
        moves=MoveCount(used=moves, limit=MoveLimit(4, 6), opened_on=on, last_on=on),
        recipients=recipients,
    )


@pytest.mark.parametrize(
    ("story", "move", "findings"),
    [
        ("covered, a new machine", a_move(), {}),
        ("covered until midnight of the last day (3-4)", a_move(on=date(2026, 11, 30)), {}),
        ("nothing known of the old server", a_move(old=None), {}),
        ("expired on the day it is sent", a_move(on=date(2026, 12, 1)), {"not_covered": "3-2b"}),
        ("not begun", a_move(on=date(2025, 11, 30)), {"not_covered": "3-1"}),
        (
            "the old server's code typed",
            a_move(new=Server(name="x", host_code=OLD.host_code)),
            {"old_code_typed": ""},
        ),
        ("reinstalled on the same server (1-2)", a_move(new=OLD), {"same_server": "1-2"}),
        (
            "the code carries the customer's other licence",
            a_move(used_by_own="L-00002"),
            {"in_use_elsewhere": ""},
        ),
        (
            "the code carries a stranger's licence",
            a_move(used_by_others=True),
            {"code_in_doubt": ""},
        ),
        ("the fourth move of four", a_move(moves=3), {}),
        ("the fifth", a_move(moves=4), {"too_many_moves": ""}),
        ("nobody to mail the key to (2-2b)", a_move(recipients=0), {"no_recipient": "2-2b"}),
        (
            "everything at once",
            a_move(on=date(2026, 12, 1), new=OLD, used_by_own="L-00002", moves=4, recipients=0),
            {
                "not_covered": "3-2b",
                "same_server": "1-2",
                "in_use_elsewhere": "",
                "too_many_moves": "",
                "no_recipient": "2-2b",
            },
        ),
    ],
)
def test_what_holds_an_application(story: str, move: Move, findings: dict[str, str]) -> None:
    admission = decide_admission(move)

    assert {finding.kind: finding.clause for finding in admission.findings} == findings, story
    assert admission.outcome == ("hold" if findings else "accept")


def test_a_new_name_for_the_same_machine_is_not_mistaken_for_the_old() -> None:
    same_name = Server(name=OLD.name, host_code=NEW.host_code)

    assert decide_admission(a_move(new=same_name)).outcome == "accept"
