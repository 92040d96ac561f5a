"""Empty the database after a test with real transactions, in a fiftieth of the time of TRUNCATE.

Django truncates every table, nearly all of them empty, and fills the permissions anew. Here the
few tables with rows lose them: without their triggers, which refuse (certificates) or write on
(history); with the checks of their foreign keys, so that nobody may go and leave a hanging row.
"""

import time
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model

from supportdesk.business_calendar.models import CalendarVersion, TermsVersion

# What is kept was made by `migrate`, and no test changes it.
_EMPTY = """
DO $$ DECLARE
    name regclass;
    has_rows boolean;
    filled regclass[] := '{}';
BEGIN
    FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO has_rows;
        IF has_rows THEN filled := filled || name; END IF;
    END LOOP;
    FOREACH name IN ARRAY filled LOOP
        EXECUTE 'ALTER TABLE ' || name || ' DISABLE TRIGGER USER';
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH name IN ARRAY filled LOOP
        EXECUTE 'ALTER TABLE ' || name || ' ENABLE TRIGGER USER';
    END LOOP;
END $$
"""


_rows_of_migrations: list[Model] = []


def remember_rows_of_migrations() -> None:
    _rows_of_migrations.extend([*CalendarVersion.objects.all(), *TermsVersion.objects.all()])


def empty(test_case: Any = None) -> None:
    """In the place of `TransactionTestCase._fixture_teardown`: everything as after `migrate`.

    Workers of a journey's desk may be about to write: who meets them tries again.
    """
    for left in reversed(range(5)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_EMPTY)
                for row in _rows_of_migrations:
                    type(row)._default_manager.bulk_create([row])
            return
        except (IntegrityError, OperationalError):
            if not left:
                raise
            time.sleep(0.3)
