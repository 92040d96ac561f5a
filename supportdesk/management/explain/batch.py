"""Many questions: one JSON object a line in, one JSON object a line out, in order.

Whatever comes in, every line gets its answer, and all answers to what has arrived are out before
the next wait: a program may send one question and read one answer, or pour in a million.
"""

import json
from collections.abc import Callable, Iterator
from typing import Protocol

from supportdesk.management.explain.parsing import QuestionError, read_json
from supportdesk.management.explain.questions import Answer, Desk, answer

CHUNK = 64 * 1024
LONGEST_LINE = 1024 * 1024


class Source(Protocol):
    def read1(self, size: int, /) -> bytes:
        """What has arrived, at most `size` bytes; nothing at the end."""


def run(source: Source, write: Callable[[str], object], desk: Desk) -> None:
    """Answer every line of `source`; `write` is handed whole lines and puts them out at once."""
    for lines in _lines(source):
        write("".join(f"{_encode(answer_line(line, desk))}\n" for line in lines))


def answer_line(line: bytes, desk: Desk) -> Answer:
    """The answer to one line: what the rule says, or `{"error": …}` in one line of plain words."""
    try:
        return answer(read_json(_text(line)), desk)
    except ValueError as error:
        return {"error": " ".join(str(error).split())}
    except OverflowError:
        return {"error": "that is outside the years 1 to 9999"}
    except RecursionError:
        return {"error": "the question is nested too deeply"}


def _text(line: bytes) -> str:
    if len(line) > LONGEST_LINE:
        raise QuestionError(f"a line may not be longer than {LONGEST_LINE} bytes")
    try:
        # Some editors begin a file with a mark.
        text = line.decode("utf-8").removeprefix("\ufeff").strip()
    except UnicodeDecodeError:
        raise QuestionError("the line is not UTF-8") from None
    if not text:
        raise QuestionError("the line is empty")
    return text


def _lines(source: Source) -> Iterator[list[bytes]]:
    """The whole lines of what has arrived, each time before waiting for more."""
    rest = b""
    while arrived := source.read1(CHUNK):
        *lines, rest = (rest + arrived).split(b"\n")
        if lines:
            yield lines
        rest = rest[: LONGEST_LINE + 1]  # of a line that is too long, enough to see that it is
    if rest:
        yield [rest]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
