"""History in the reader's words: who changed what, when, from what to what. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from supportdesk.history.tracking import Record
from supportdesk.presenting.dates import tokyo_text

_LONGEST = 120
# Never shown: the key, and codes whose number beside them says it to people.
_OWN_COLUMNS = ("id", "subject_kind")


@dataclass(frozen=True, slots=True)
class Field:
    """One column that changed; `before` is empty where the row is new."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change: `kind` is insert, update or delete; `pk` is the row's own."""

    at: datetime
    kind: str
    who: str
    where: str
    model: type[models.Model]
    pk: Any
    fields: Sequence[Field]
    label: str = ""  # what the row is called now; its number where it is gone

    @property
    def kind_word(self) -> str:
        return {"insert": _("登録"), "update": _("変更"), "delete": _("削除")}[self.kind]

    @property
    def model_word(self) -> str:
        return str(self.model._meta.verbose_name)


def record_model_of(model: type[models.Model]) -> type[Record] | None:
    """Where the history of a model's rows is; None where it keeps none."""
    concrete = model._meta.concrete_model
    found: dict[str, type[Record]] = getattr(concrete, "pgh_event_models", {})
    return found.get("update")


def _rows(records: type[Record]) -> Any:
    """Its query set; the columns that pghistory adds are known at run time only."""
    return records._default_manager.all()


def tracked_models() -> list[type[models.Model]]:
    """All models that keep a history, by their names."""
    tracked = [
        model
        for model in apps.get_models()
        if not model._meta.proxy and "pgh_event_models" in vars(model)
    ]
    return sorted(tracked, key=lambda model: str(model._meta.verbose_name))


def changes_of(row: models.Model) -> list[Line]:
    """The whole history of one row, the newest change first."""
    records = record_model_of(type(row))
    if records is None:
        return []
    kept = list(_rows(records).filter(pgh_obj=row.pk).order_by("pgh_id"))
    names = _Names()
    lines = [_line(after, before, names) for before, after in pairwise([None, *kept]) if after]
    return lines[::-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the list of all changes is narrowed to; days are Tokyo dates, both inclusive."""

    model: type[models.Model] | None = None
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def recent_changes(wanted: Wanted, *, first: int, count: int) -> list[Line]:
    """Of all models together, `count` changes from the `first` newest on, newest first.

    Each table gives its newest rows: two queries a model, and one for each row that is named.
    """
    newest: list[Record] = []
    for model in [wanted.model] if wanted.model else tracked_models():
        newest += _newest(model, wanted, first + count)
    newest.sort(key=lambda record: (record.pgh_created_at, record.pgh_id), reverse=True)
    shown = newest[first : first + count]
    before, names = _before(shown), _Names()
    lines = [_line(record, before.get((type(record), record.pgh_id)), names) for record in shown]
    return [replace(line, label=names.row(line.model, line.pk)) for line in lines]


def _newest(model: type[models.Model], wanted: Wanted, count: int) -> list[Record]:
    records = record_model_of(model)
    if records is None:
        return []
    rows = _rows(records).order_by("-pgh_created_at", "-pgh_id")
    if wanted.person is not None:
        rows = rows.filter(pgh_context__by__user=wanted.person)
    if wanted.since:
        rows = rows.filter(pgh_created_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(pgh_created_at__lt=wanted.until)
    return list(rows[:count])


def _before(shown: Sequence[Record]) -> dict[tuple[type[Record], int], Record]:
    """Each row as it was before, of its own table."""
    found: dict[tuple[type[Record], int], Record] = {}
    for records in {type(one) for one in shown}:
        wanted = [one.pgh_id for one in shown if type(one) is records]
        manager = _rows(records)
        earlier = manager.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
        latest = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
        pairs = dict(
            manager.filter(pgh_id__in=wanted)
            .annotate(earlier=latest)
            .values_list("pgh_id", "earlier")
        )
        rows = manager.in_bulk([pk for pk in pairs.values() if pk])
        found |= {(records, now): rows[was] for now, was in pairs.items() if was}
    return found


def _line(record: Record, before: Record | None, names: "_Names") -> Line:
    model: type[models.Model] = type(record).pgh_tracked_model  # type: ignore[assignment]
    context: dict[str, Any] = record.pgh_context or {}  # type: ignore[attr-defined]
    return Line(
        at=record.pgh_created_at,
        kind=record.pgh_label,
        who=_who(context),
        where=_where(context),
        model=model,
        pk=record.pgh_obj_id,  # type: ignore[attr-defined]
        fields=list(_fields(record, before, model, names)),
    )


def _fields(
    record: Record, before: Record | None, model: type[models.Model], names: "_Names"
) -> Iterator[Field]:
    if record.pgh_label == "delete":
        return
    for field in _columns(record, model):
        after = getattr(record, field.attname)
        was = getattr(before, field.attname) if before else None
        if (before is None and after not in (None, "")) or (before is not None and was != after):
            told = names.word(field, was) if before else ""
            yield Field(_name(field), told, names.word(field, after))


def _columns(record: Record, model: type[models.Model]) -> Iterator[Any]:
    kept = {field.name for field in type(record)._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        nameless = str(field.verbose_name) == field.name.replace("_", " ")  # never shown to people
        if field.name in kept and field.name not in _OWN_COLUMNS and not nameless:
            yield field


def _name(field: Any) -> str:
    return str(field.verbose_name)


class _Names:
    """Values as people read them; what a page names is asked of the database once."""

    def __init__(self) -> None:
        self._known: dict[tuple[type[models.Model], Any], str] = {}

    def word(self, field: Any, value: Any) -> str:
        if value is None or value == "":
            return _("（空）")
        if field.is_relation:
            return self.row(field.related_model, value)
        return _plain(field, value)

    def row(self, model: type[models.Model], pk: Any) -> str:
        if (model, pk) not in self._known:
            row = model._default_manager.filter(pk=pk).first()
            self._known[model, pk] = str(row) if row else f"#{pk}"
        return self._known[model, pk]


def _plain(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return tokyo_text(value)
    if isinstance(value, date):
        return date_format(value, _("Y年n月j日"))
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _who(context: dict[str, Any]) -> str:
    """The person by the name of that day; else what kind of process did it."""
    by = context.get("by")
    if by:
        return by["name"] or _("サインイン前のお客さま")
    if context.get("task"):
        return _("自動処理")
    if context.get("process") in ("web", "worker", "issuer", "beat"):
        return _("自動処理")
    if context.get("command"):
        return _("コマンド %(name)s") % {"name": context["command"]}
    return _("データベースで直接")


def _where(context: dict[str, Any]) -> str:
    """Which page, or which work of the workers."""
    if by := context.get("by"):
        return _("担当者の画面") if by["page"].startswith("admin:") else _("お客さまの画面")
    return _task_words(context.get("task", ""))


def _task_words(name: str) -> str:
    words = {
        "supportdesk.outbox.tasks": _("メールの送信"),
        "supportdesk.promises.tasks": _("お約束の確認"),
        "supportdesk.imports.tasks": _("取り込み"),
        "contracts.tasks": _("契約のお知らせと証書"),
        "licensing.tasks": _("キーの発行"),
        "inquiries.tasks": _("お問い合わせの整理"),
    }
    return words.get(name.rpartition(".")[0], "")
