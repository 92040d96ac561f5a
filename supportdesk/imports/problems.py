"""What is wrong with a line of a file: kept as it was found, said in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext, gettext_noop

from supportdesk.imports.domain.cells import CellError

# Of the faults that supportdesk.imports.domain.cells names.
_FAULTS = {
    "formula": gettext_noop(
        "「%(text)s」は数式です。値だけを貼り付けて（値の貼り付け）保存してください。"
    ),
    "broken": gettext_noop("「%(text)s」は表計算ソフトのエラーです。元の値を入力してください。"),
    "lost": gettext_noop(
        "「%(text)s」は保存のときに文字が失われています（?）。"
        "元の文字を入力し、「CSV UTF-8」で保存してください。"
    ),
    "control": gettext_noop("見えない制御文字が入っています。入力し直してください。"),
    "lines": gettext_noop("改行が入っています。1行で入力してください。"),
    "long": gettext_noop("%(length)s文字あります。%(longest)s文字以内で入力してください。"),
    "exponent": gettext_noop(
        "「%(text)s」は表計算ソフトが桁を省いた数です。"
        "列の書式を「文字列」にして、全部の桁を入力してください。"
    ),
    "slug": gettext_noop(
        "「%(text)s」に使えない文字があります。"
        "半角の英数字とハイフン（-）、下線（_）で入力してください。"
    ),
    "no_figure": gettext_noop("「%(text)s」に数字がありません。数字を含む番号を入力してください。"),
    "count": gettext_noop("「%(text)s」は個数ではありません。1以上の整数で入力してください。"),
    "yes_or_no": gettext_noop(
        "「%(text)s」は読めません。「はい」または「いいえ」を入力してください。"
    ),
    "choice": gettext_noop(
        "「%(text)s」という選択肢はありません。%(choices)s のどれかを入力してください。"
    ),
    "no_such_day": gettext_noop(
        "「%(text)s」という日付はカレンダーにありません。2026-04-01 の形で入力してください。"
    ),
    "far": gettext_noop("「%(text)s」は遠すぎる日付です。年を確かめてください。"),
    "serial": gettext_noop(
        "「%(text)s」は日付が数に変わったものです（%(day)s と思われます）。"
        "2026-04-01 の形で入力してください。"
    ),
    "no_day": gettext_noop("「%(text)s」には日がありません。2026-04-01 の形で入力してください。"),
    "month_name": gettext_noop(
        "「%(text)s」は表計算ソフトが省いた日付で、年か日がわかりません。"
        "2026-04-01 の形で入力してください。"
    ),
    "other_order": gettext_noop(
        "「%(text)s」は年・月・日の順がわかりません。"
        "年を4桁にして、2026-04-01 の形で入力してください。"
    ),
    "no_year": gettext_noop("「%(text)s」には年がありません。2026-04-01 の形で入力してください。"),
    "day": gettext_noop("「%(text)s」は日付として読めません。2026-04-01 の形で入力してください。"),
    "empty": gettext_noop("入力してください。"),
    "cells": gettext_noop(
        "見出しは%(expected)s列ですが、この行には%(found)s列あります。"
        "カンマや引用符の位置を確かめてください。"
    ),
    "header_again": gettext_noop("見出しの行がもう一度あります。この行を削除してください。"),
    "twice": gettext_noop("%(line)s行目と同じです。どちらか1行にしてください。"),
    "kana": gettext_noop(
        "「%(text)s」は読み仮名ではありません。カタカナまたはひらがなで入力してください。"
    ),
    "phone": gettext_noop(
        "「%(text)s」は電話番号ではありません。市外局番から、数字とハイフンで入力してください。"
    ),
    "phone_zero": gettext_noop(
        "「%(text)s」は先頭の0が失われています（%(meant)s と思われます）。"
        "列の書式を「文字列」にして入力してください。"
    ),
    "address": gettext_noop(
        "「%(text)s」はメールアドレスではありません。taro@example.co.jp の形で1つ入力してください。"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """In which column (its code; empty for the whole line), and what to do about it."""

    column: str
    text: str  # a message id: translated when it is shown
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @classmethod
    def of(cls, column: str, error: CellError) -> Self:
        return cls(column, _FAULTS[error.fault], error.facts)

    @classmethod
    def named(cls, column: str, fault: str, **facts: str | int) -> Self:
        return cls(column, _FAULTS[fault], facts)

    def said(self) -> str:
        text = gettext(self.text)
        return text % self.facts if self.facts else text

    def as_json(self) -> dict[str, Any]:
        return {"column": self.column, "text": self.text, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["column"], stored["text"], stored["facts"])
