"""The triggers that write history: once for each statement, with the owner's rights.

The application's role may change a row and read its history, and do nothing else to it: the
trigger function runs as its owner (SECURITY DEFINER), so that role needs no right to write on the
tables of history and is given none. pgtrigger's own switch to ignore triggers is left out: any
session could turn it.
"""

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from pghistory.trigger import Event
from pgtrigger import compiler

_CONTEXT_TABLE = (
    "WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) ",
    ", _pgh_attached_context;",
)


class RecordingSql(compiler.UpsertTriggerSql):
    """The SQL that installs one trigger. Old migrations name this class: add to it, never change.

    `event_table` is where its function writes; everybody but the table's owner may only read it.
    """

    def __init__(self, *, event_table: str, **kwargs: Any) -> None:
        self.event_table = event_table
        super().__init__(**kwargs)

    def get_template(self) -> str:
        return _TEMPLATE.replace("[event_table]", self.event_table)

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {"event_table": self.event_table, **kwargs}


# No per cent sign in here: the schema editor would take it for a parameter.
_TEMPLATE = """
    CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
    SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN {func} END; $$ LANGUAGE plpgsql;
    REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;

    DROP TRIGGER IF EXISTS {pgid} ON {table};
    CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing}
        FOR EACH {level} EXECUTE FUNCTION {execute};
    COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';

    DO $$ DECLARE other regrole; BEGIN
        FOR other IN SELECT DISTINCT held.grantee FROM pg_class, aclexplode(relacl) AS held
            WHERE pg_class.oid = '"[event_table]"'::regclass
                AND held.grantee <> 0 AND held.grantee <> relowner
        LOOP
            EXECUTE 'REVOKE ALL ON "[event_table]" FROM ' || other::text;
            EXECUTE 'GRANT SELECT ON "[event_table]" TO ' || other::text;
        END LOOP;
    END $$;
"""


class Recording(Event):
    """A trigger of pghistory without its shared table of contexts: who did it is in the row."""

    def get_func(self, model: models.Model) -> pgtrigger.Func:
        head, tail = _CONTEXT_TABLE
        sql: str = super().get_func(model).func  # type: ignore[no-untyped-call]
        if not (sql.startswith(head) and tail in sql):
            raise RuntimeError("pghistory writes its triggers in another way: look at Recording")
        said = sql.removeprefix(head).replace(tail, ";")
        return pgtrigger.Func(said)  # type: ignore[no-untyped-call]

    def compile(self, model: models.Model) -> compiler.Trigger:
        written: Any = self.event_model
        return compiler.Trigger(
            name=self.name,
            sql=RecordingSql(
                event_table=written._meta.db_table,
                pgid=self.get_pgid(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                referencing=self.referencing or "",
                level=self.level,
                execute=self.render_execute(model),
            ),
        )


class _Recorded(pghistory.RowEvent):
    level = pgtrigger.Statement

    def add_event_trigger(self, event_model: type[models.Model]) -> None:
        trigger = Recording(  # type: ignore[no-untyped-call]
            event_model=event_model,
            label=self.label,
            name=f"history_{self.label}",
            row=self.row,
            operation=self.operation,
            condition=self.condition,
            level=self.level,
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)  # type: ignore[attr-defined]


class Inserted(_Recorded, pghistory.InsertEvent):
    """A new row, as it was made."""


class Updated(_Recorded, pghistory.UpdateEvent):
    """A changed row, as it is after it; nothing is written where none of its columns changed."""


class Deleted(_Recorded, pghistory.DeleteEvent):
    """A row that is gone, as it was last."""
