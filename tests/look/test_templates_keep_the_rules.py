"""What no template may do: read a clock, carry style or script of its own, or speak English."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CUSTOMERS = [path for path in TEMPLATES if "admin" not in path.relative_to(ROOT).parts]


def told(path: Path) -> str:
    """The template without its comments."""
    text = path.read_text()
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    return re.sub(r"{#.*?#}", "", text)


def offending(paths: list[Path], *patterns: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {pattern}"
        for path in paths
        for pattern in patterns
        if re.search(pattern, told(path))
    ]


def test_no_template_reads_a_clock() -> None:
    assert offending(TEMPLATES, r"{%\s*now\b", r"\|\s*time(since|until)\b") == []


def test_no_template_needs_an_exception_from_the_content_security_policy() -> None:
    found = offending(
        CUSTOMERS,
        r"\sstyle\s*=",
        r"\son[a-z]+\s*=\s*[\"']",
        r"hx-on",
        r"javascript:",
        r"<style\b",
        r"<script(?![^>]*\b(?:src=|type=\"application/json\"))",
    )
    assert found == []


def test_what_a_reader_sees_can_be_translated() -> None:
    """Japanese stands inside translate or blocktranslate only."""
    loose = {str(path.relative_to(ROOT)): untranslated(path) for path in CUSTOMERS}
    assert {path: words for path, words in loose.items() if words} == {
        "templates/base.html": ["日本語"]  # the name of the language itself
    }


def untranslated(path: Path) -> list[str]:
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", told(path), flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    return re.findall(r"[ぁ-んァ-ヶ一-龠]+", text)
