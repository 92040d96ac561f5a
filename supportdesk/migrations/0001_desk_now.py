"""The desk's clock as an SQL function, so that pages, workers and SQL agree on the time.

In production it is the database's clock. Only the demo and the tests replace
it by one that is shifted (``supportdesk.clock.make_shiftable``).
"""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(
            "CREATE FUNCTION desk_now() RETURNS timestamptz LANGUAGE sql VOLATILE "
            "AS 'SELECT clock_timestamp()'",
            "DROP FUNCTION desk_now()",
        ),
    ]
