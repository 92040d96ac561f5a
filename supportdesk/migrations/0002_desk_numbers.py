from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("supportdesk", "0001_desk_now")]
    operations: ClassVar = [
        migrations.RunSQL(
            "CREATE TABLE desk_numbers (series text, month date, last integer NOT NULL, "
            "PRIMARY KEY (series, month))",
            "DROP TABLE desk_numbers",
        ),
    ]
