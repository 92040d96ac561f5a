"""What a key is worth on a day, case by case and against a slow reading of the same rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.standing import IN_FORCE, STATES, Life, Standing, decide_standing

ISSUED = date(2026, 11, 24)  # the day on which the successor was issued
END = date(2027, 1, 23)  # sixty days later


def regular(**ends: date) -> Life:
    return Life(klass="regular", **ends)


@pytest.mark.parametrize(
    ("life", "on", "standing"),
    [
        (regular(), ISSUED, Standing("current")),
        (regular(valid_until=END), END, Standing("current", END)),
        (regular(valid_until=END), END + timedelta(days=1), Standing("expired", END)),
        # Superseded: tolerated to the end of its last day, and not a day longer.
        (regular(superseded_on=ISSUED, tolerated_until=END), ISSUED, Standing("overlap", END)),
        (regular(superseded_on=ISSUED, tolerated_until=END), END, Standing("overlap", END)),
        (
            regular(superseded_on=ISSUED, tolerated_until=END),
            END + timedelta(days=1),
            Standing("superseded", END),
        ),
        (
            regular(superseded_on=ISSUED, tolerated_until=END),
            ISSUED - timedelta(days=1),
            Standing("current"),
        ),
        (regular(superseded_on=ISSUED), ISSUED, Standing("superseded", ISSUED)),
        # A dead server's key, and one for a mistyped code, end with the issue itself.
        (
            regular(superseded_on=ISSUED, tolerated_until=ISSUED),
            ISSUED,
            Standing("superseded", ISSUED),
        ),
        # A dated key's own end comes before any tolerance.
        (
            regular(superseded_on=ISSUED, tolerated_until=END, valid_until=date(2026, 12, 31)),
            date(2027, 1, 1),
            Standing("expired", date(2026, 12, 31)),
        ),
        (
            regular(superseded_on=ISSUED, tolerated_until=END, valid_until=date(2026, 12, 31)),
            date(2026, 12, 31),
            Standing("overlap", date(2026, 12, 31)),
        ),
        (
            Life(klass="provisional", valid_until=date(2026, 12, 20)),
            ISSUED,
            Standing("provisional", date(2026, 12, 20)),
        ),
        # It ends with its successor, although its own date lies ahead.
        (
            Life(klass="provisional", valid_until=date(2026, 12, 20), superseded_on=ISSUED),
            ISSUED,
            Standing("superseded", ISSUED),
        ),
        (Life(klass="overlap", valid_until=END), END, Standing("overlap", END)),
        (
            Life(klass="overlap", valid_until=END),
            END + timedelta(days=1),
            Standing("expired", END),
        ),
        (Life(klass="foreign"), ISSUED, Standing("current")),
        # Revoked goes before everything.
        (
            regular(superseded_on=ISSUED, tolerated_until=END, revoked_on=ISSUED),
            ISSUED,
            Standing("revoked", ISSUED),
        ),
        (regular(revoked_on=ISSUED), ISSUED - timedelta(days=1), Standing("current")),
    ],
)
def test_a_key_on_a_day(life: Life, on: date, standing: Standing) -> None:
    assert decide_standing(life, on) == standing


days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 12))
lives = st.builds(
    Life,
    klass=st.sampled_from(["regular", "overlap", "provisional", "foreign"]),
    valid_until=days,
    superseded_on=days,
    tolerated_until=days,
    revoked_on=days,
)


@given(lives, st.dates(date(2026, 1, 1), date(2026, 1, 12)))
def test_it_is_accepted_exactly_while_nothing_has_ended_it(life: Life, on: date) -> None:
    ended = [
        life.revoked_on is not None and on >= life.revoked_on,
        life.valid_until is not None and on > life.valid_until,
        life.superseded_on is not None
        and on >= life.superseded_on
        and (
            life.tolerated_until is None
            or life.tolerated_until <= life.superseded_on
            or on > life.tolerated_until
        ),
    ]
    standing = decide_standing(life, on)
    assert standing.in_force is not any(ended)
    assert standing.state in STATES


@given(lives)
def test_once_ended_it_never_comes_back(life: Life) -> None:
    first = date(2026, 1, 1)
    worth = [decide_standing(life, first + timedelta(days=n)).state in IN_FORCE for n in range(14)]
    assert worth == sorted(worth, reverse=True)
