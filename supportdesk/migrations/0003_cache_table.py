"""Rate-limit counters live in PostgreSQL, so that Redis gone changes no page."""

from typing import Any, ClassVar

from django.core.management import call_command
from django.db import migrations


def create_the_table(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("supportdesk", "0002_desk_numbers")]
    operations: ClassVar = [
        migrations.RunPython(create_the_table, migrations.RunPython.noop),
    ]
