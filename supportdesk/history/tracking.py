"""Which models keep a history: `@recorded()` above the class, and the database does the rest."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from supportdesk.history.triggers import Deleted, Inserted, Updated


class Record(Event):
    """One change of one row: when by the desk's clock, what kind, by whom, and the row itself.

    Written by triggers only. The names of its own columns are pghistory's.
    """

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_created_at = models.DateTimeField(_("日時"))

    class Meta:
        abstract = True
        ordering: ClassVar = ["-pgh_id"]


def recorded[M: models.Model](*, exclude: Sequence[str] = ()) -> Callable[[type[M]], type[M]]:
    """Keep every change of this model's rows, but for the columns in `exclude`.

    Leave out what nobody may read again: secrets, hashes, tokens, the bytes of a mail; and what
    never changes and is long. A column that is added later is kept without further ado.
    """

    def decorate(model: type[M]) -> type[M]:
        track: Callable[[type[M]], type[M]] = pghistory.track(
            Inserted(),
            Updated(),
            Deleted(),
            exclude=list(exclude) or None,
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=True),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # as its documentation has it
            append_only=False,  # by rights, not by triggers: see triggers.py
            model_name=f"{model.__name__}Record",
            base_model=Record,
            meta={"verbose_name": _("変更履歴"), "verbose_name_plural": _("変更履歴")},
        )
        return track(model)

    return decorate
