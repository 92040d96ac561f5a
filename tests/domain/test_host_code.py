"""A host code typed by a person is recognised, shown back, and checked for slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from licensing.domain import host_code
from licensing.domain.host_code import HostCodeError, Slip

CODE = "7F3A91C20B6ED541"
LOOKS_LIKE = {"0": "0OoＯ", "1": "1IiLlＩ"}
codes = st.text(alphabet=host_code.ALPHABET, min_size=15, max_size=15).map(host_code.with_check)


def test_it_is_shown_in_four_groups_of_four() -> None:
    assert host_code.display(CODE) == "7F3A-91C2-0B6E-D541"


@pytest.mark.parametrize(
    "typed",
    [
        "7F3A-91C2-0B6E-D541",
        "7f3a91c20b6ed541",
        "７Ｆ３Ａ－９１Ｃ２－０Ｂ６Ｅ－Ｄ５４１",
        "7F3A‐91C2–0B6E—D541",
        "7F3Aー91C2−0B6EｰD541",
        "　7F3A 91C2\n0B6E D541\u200b",
        "7F3A-9LC2-OB6E-D54l",
        "7F3A-9IC2-oB6E-D54i",
    ],
)
def test_every_way_of_typing_it_gives_the_same_code(typed: str) -> None:
    assert host_code.normalise(typed) == CODE


@given(codes, st.data())
def test_shown_back_it_is_recognised_again_in_any_disguise(code: str, data: st.DataObject) -> None:
    typed = "".join(data.draw(st.sampled_from(LOOKS_LIKE.get(each, each))) for each in code)

    assert host_code.normalise(typed.lower()) == code
    assert host_code.normalise(host_code.display(code)) == code


@given(st.text(alphabet=host_code.ALPHABET, min_size=1, max_size=30))
def test_the_check_character_is_the_standards(payload: str) -> None:
    assert host_code.check_character(payload) == mod_37_36.calc_check_digit(payload)


@given(codes, st.integers(0, 14))
def test_one_wrong_character_is_noticed(code: str, place: int) -> None:
    """All but the few whose check character reads like the right one (see the module)."""
    true_check = host_code.check_character(code[:15])
    for other in host_code.ALPHABET.replace(code[place], ""):
        changed = code[:place] + other + code[place + 1 :]
        new_check = host_code.check_character(changed[:15])
        assert new_check != true_check
        if host_code.fold(new_check) != host_code.fold(true_check):
            with pytest.raises(HostCodeError, match="check"):
                host_code.normalise(changed)


@given(codes, st.integers(0, 13))
def test_two_characters_changed_over_are_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if host_code.fold(host_code.check_character(swapped[:15])) != code[15]:
        with pytest.raises(HostCodeError, match="check"):
            host_code.normalise(swapped)


@pytest.mark.parametrize(
    ("typed", "fault", "detail"),
    [
        ("", "empty", ""),
        (" 　\u200b-－", "empty", ""),
        ("7F3A-91C2-0B6E-D54", "length", "15"),
        ("7F3A-91C2-0B6E-D5411", "length", "17"),
        ("7F3A-91C2-0B6E-D542", "check", "7F3A91C20B6ED542"),
        ("7F3A-91C2-0B6E-D54?", "characters", "?"),
        ("7F3A-91C2-0B6E-D54あ", "characters", "あ"),
        ("UF3A-91C2-0B6E-D541", "characters", "U"),
        ("ßF3A-91C2-0B6E-D541", "characters", "ß"),
        ("7F3A:91C2:0B6E:D541", "characters", ":"),
    ],
)
def test_what_is_wrong_is_said(typed: str, fault: str, detail: str) -> None:
    with pytest.raises(HostCodeError) as caught:
        host_code.normalise(typed)

    assert (caught.value.fault, caught.value.detail) == (fault, detail)


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(typed: str) -> None:
    try:
        assert len(host_code.normalise(typed)) == host_code.LENGTH
    except HostCodeError as error:
        assert error.fault in host_code.FAULTS


# --- Where to look first --------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("7F3A91C206BED541", Slip(9, "6B", "B6")),  # two neighbours changed places
        ("7F3A91C20B6E0541", Slip(12, "0", "D")),  # one read as another
        ("7F3A91C20B6ED54T", None),  # no common slip: 1 is not typed as T
    ],
)
def test_a_common_slip_is_found_where_it_happened(typed: str, slip: Slip | None) -> None:
    found = host_code.slips(typed)

    assert (slip in found) if slip else Slip(15, "T", "1") not in found


@given(codes, st.integers(0, 14))
def test_every_suggestion_makes_a_code_that_fits(code: str, place: int) -> None:
    typed = code[:place] + ("0" if code[place] != "0" else "1") + code[place + 1 :]

    for slip in host_code.slips(typed):
        end = slip.place + len(slip.typed)
        assert typed[slip.place : end] == slip.typed
        host_code.normalise(typed[: slip.place] + slip.meant + typed[end:])


@given(codes, st.integers(0, 13))
def test_neighbours_that_changed_places_are_always_among_them(code: str, place: int) -> None:
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    try:
        host_code.normalise(typed)
    except HostCodeError as error:
        assert Slip(place, typed[place : place + 2], code[place : place + 2]) in host_code.slips(
            error.detail
        )
