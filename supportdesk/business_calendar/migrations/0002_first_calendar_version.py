from typing import Any, ClassVar

from django.db import migrations


def add_the_row(apps: Any, schema_editor: Any) -> None:
    apps.get_model("business_calendar", "CalendarVersion").objects.create(only_row=True, number=1)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("business_calendar", "0001_tables")]
    operations: ClassVar = [migrations.RunPython(add_the_row, migrations.RunPython.noop)]
