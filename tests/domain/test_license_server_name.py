"""The name of a server tells it from others, and is written in one way only (F-25)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain import server_name
from licensing.domain.server_name import ServerNameError

LONGEST = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("aoba-app01", "aoba-app01"),
        (" AOBA-APP01.Example.CO.jp. ", "aoba-app01.example.co.jp"),
        ("ａｏｂａ－ａｐｐ０１", "aoba-app01"),
        ("aoba‐app01", "aoba-app01"),
        ("aobaーapp01", "aoba-app01"),
        ("日本語.example", "xn--wgv71a119e.example"),
        ("サーバー1.example", "xn--1-hfuvd9hb.example"),
        ("1a", "1a"),
        (LONGEST, LONGEST),
    ],
)
def test_the_many_ways_of_writing_a_name_become_one(typed: str, written: str) -> None:
    assert server_name.normalise(typed) == written


@pytest.mark.parametrize(
    ("fault", "typed"),
    [
        ("empty", ""),
        ("empty", " 　"),
        ("empty", "\u200b\ufeff"),
        ("long", "a" * 256),
        ("long", "a" * 64),
        ("long", LONGEST + "d"),
        ("long", "日" * 4000),
        ("local", "localhost"),
        ("local", "LOCALHOST.localdomain"),
        ("local", "app.localhost"),
        ("address", "192.168.0.10"),
        ("address", "１９２．１６８．０．１０"),
        ("address", "fe80::1%eth0"),
        ("address", "[2001:db8::1]"),
        ("address", "1.2"),
        ("hardware_address", "00:1A:2B:3C:4D:5E"),
        ("hardware_address", "00-1A-2B-3C-4D-5E"),
        ("hardware_address", "001A.2B3C.4D5E"),
        ("hardware_address", "001A2B3C4D5E"),
        ("hardware_address", "001A2B-3C4D5E"),
        ("characters", "aoba\napp01"),
        ("characters", "aoba app01"),
        ("characters", "aoba_app01"),
        ("characters", "-aoba"),
        ("characters", "aoba-.example"),
        ("characters", "aoba..example"),
        ("characters", "aoba\u202eapp"),
        ("characters", "<script>"),
        ("characters", "日" * 70),
    ],
)
def test_what_no_server_is_called_is_refused(fault: str, typed: str) -> None:
    with pytest.raises(ServerNameError, match=f"^{fault}$"):
        server_name.normalise(typed)


@given(st.text(max_size=80))
def test_any_text_gives_a_plain_name_or_a_fault(typed: str) -> None:
    try:
        written = server_name.normalise(typed)
    except ServerNameError:
        return
    assert written == server_name.normalise(written)
    assert set(written) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
