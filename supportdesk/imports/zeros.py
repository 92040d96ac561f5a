"""Numbers that lost their first zeros in a spreadsheet: 123 where 00123 is registered."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_noop

from supportdesk.imports.kinds import Row, spelled
from supportdesk.imports.problems import Problem

LOST = gettext_noop(
    "「%(text)s」は先頭の0が失われています（登録されているのは %(meant)s）。"
    "列の書式を「文字列」にして入力してください。"
)
UNKNOWN = gettext_noop("「%(text)s」は登録されていません。先に登録するか、番号を直してください。")

_MOST_ZEROS = 8


@dataclass(frozen=True, slots=True)
class Padded:
    """The registered numbers that begin with zeros where the file's do not."""

    meant: dict[str, str]

    @classmethod
    def among(
        cls,
        manager: Any,
        rows: Sequence[Row],
        column: str,
        found: Collection[str],
        name: str = "number",
    ) -> Self:
        """Look for them in one query, among all that the rows name and `found` does not know."""
        unknown = [text for text in spelled(rows, column) if text.isdecimal() and text not in found]
        padded = {"0" * zeros + text: text for text in unknown for zeros in range(1, _MOST_ZEROS)}
        if not padded:
            return cls({})
        stored = manager.filter(**{f"{name}__in": list(padded)}).values_list(name, flat=True)
        return cls({padded[number]: number for number in stored})

    def lost(self, row: Row, column: str) -> Iterator[Problem]:
        """What is wrong with a number that names nothing only for want of its zeros."""
        text = row.cells.get(column, "")
        if text in self.meant:
            yield Problem(column, LOST, {"text": text, "meant": self.meant[text]})

    def unknown(self, row: Row, column: str) -> Iterator[Problem]:
        """What is wrong with a number that has to name something and does not."""
        lost = list(self.lost(row, column))
        text = row.cells.get(column, "")
        if lost or not text:  # an empty or unreadable cell has its problem already
            yield from lost
        else:
            yield Problem(column, UNKNOWN, {"text": text})
