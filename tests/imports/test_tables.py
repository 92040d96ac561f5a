"""A file is read in whatever a spreadsheet saved it, and written so that none takes it for code."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk import tables
from supportdesk.tables import Table, UnreadableTableError, plain_cell, safe_cell

HEADER = "番号,会社名"
ROWS = [["番号", "会社名"], ["C-1", "株式会社①㈱髙﨑～"], ["C-2", "2行の\n名前"]]
TEXT = '番号,会社名\nC-1,株式会社①㈱髙﨑～\nC-2,"2行の\n名前"\n'


def read(content: bytes) -> list[list[str]]:
    table = Table(io.BytesIO(content))
    return [table.header, *(line.cells for line in table.lines())]


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableTableError) as reason:
        read(content)
    return str(reason.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_is_the_same_however_it_was_saved(
    encoding: str, newline: str, delimiter: str
) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", newline)
    found = [[cell.replace(newline, "\n") for cell in row] for row in read(text.encode(encoding))]
    assert found == ROWS


def test_lines_are_counted_as_an_editor_does() -> None:
    table = Table(io.BytesIO(b'a,b\n"1\n2",x\n\n3,y\n'))
    assert [line.number for line in table.lines()] == [2, 5]


def test_excels_own_first_line_and_empty_columns_at_the_end_are_left_out() -> None:
    table = Table(io.BytesIO(b"sep=,\r\na,b,,\r\n1,2,,\r\n"))
    assert table.header == ["a", "b"]
    assert [line.cells for line in table.lines()] == [["1", "2", "", ""]]


def test_a_line_in_another_encoding_is_shown() -> None:
    mixed = f"{HEADER}\nC-1,株式会社あおば\n".encode() + "C-2,ひばり運輸\n".encode("cp932")
    said = refused(mixed)
    assert "3行目" in said
    assert "C-2,ひばり運輸" in said


def test_a_line_of_utf8_in_a_file_of_shift_jis_is_shown() -> None:
    mixed = f"{HEADER}\nC-1,株式会社あおば\n".encode("cp932") + "C-2,ひばり運輸\n".encode()
    said = refused(mixed)
    assert "3行目" in said
    assert "C-2,ひばり運輸" in said


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f"{HEADER}\nC-1,あおば\n".encode("euc_jp"), 1),
        (b"a,b\n1,\xff\xff\n", 2),
        ("\ufeffa,b\n1,あ\n".encode() + "2,あ\n".encode("cp932"), 3),
        (b'\xff\xfe\x00"\x00', 1),
        (b"a,b\n1,\x00\n", 2),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(content: bytes, line: int) -> None:
    assert f"{line}行目" in refused(content)


def test_half_width_kana_in_shift_jis_are_no_other_encoding() -> None:
    assert read("番号,ｶﾅ\nC-1,ｱｵﾊﾞ\n".encode("cp932"))[1] == ["C-1", "ｱｵﾊﾞ"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "何も入っていません"),
        (b"\r\n\r\n", "何も入っていません"),
        (b'a,b\n1,"open\n2,3\n', "2行目の引用符"),
        (b'a,b\n1,"a"b\n', "2行目の引用符"),
        (b"a,b\n1," + b"x" * 1_000_000 + b"\n", "2行目に長すぎるセル"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), "列が多すぎます（10000列）"),
    ],
)
def test_what_is_no_table_is_told(content: bytes, words: str) -> None:
    assert words in refused(content)


@pytest.mark.parametrize("begins", [*list("=+-@＝＋－＠\t\r\n"), "\x00", " =", "'=", "''+"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(begins: str) -> None:
    written = safe_cell(f"{begins}1+1")
    assert written == f"'{begins}1+1"
    assert plain_cell(written) == f"{begins}1+1"


@given(st.text(max_size=20))
def test_a_cell_comes_back_as_it_went(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text
    assert not safe_cell(text).lstrip("' \t\r\n\u3000").startswith("=") or safe_cell(text)[0] == "'"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=2))
def test_a_written_table_is_read_again(cells: list[str]) -> None:
    header = [f"c{n}" for n in range(len(cells))]
    content = b"".join(tables.written(iter([header, cells])))
    assert content.startswith(b"\xef\xbb\xbf")
    found = read(content)
    rows = [[plain_cell(cell) for cell in row] for row in found]
    assert rows == ([header, cells] if any(cell.strip() for cell in cells) else [header])
    assert all(line.startswith(b'"') for line in content[3:].splitlines() if line)


def test_a_long_table_is_written_in_pieces() -> None:
    pieces = list(tables.written([str(n), "x"] for n in range(2000)))
    assert len(pieces) > 3
    assert len(list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))) == 2000
