"""Tables of history and the triggers that fill them."""

# One field a line, however long.
# fmt: off

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from supportdesk.history.triggers import RecordingSql
from supportdesk.migrating import Together


class Migration(migrations.Migration):
    replaces = [("business_calendar", "0005_history")]

    dependencies = [
        ("business_calendar", "0003_terms_2026_04"),
        ("supportdesk", "0001_desk_now"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosureRecord",
            fields=[
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(verbose_name="日時")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(help_text="例\u3000年末年始休業", max_length=60, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(choices=[("closure", "休業"), ("half_day", "時間短縮"), ("extra_opening", "臨時営業")], default="closure", max_length=20, verbose_name="種類"),
                ),
                ("starts_on", models.DateField(verbose_name="最初の日")),
                ("ends_on", models.DateField(verbose_name="最後の日")),
                ("opens_at", models.TimeField(blank=True, null=True, verbose_name="開始時刻")),
                ("closes_at", models.TimeField(blank=True, null=True, verbose_name="終了時刻")),
                ("sends", models.BooleanField(default=False, help_text="土日祝の臨時営業で、受付だけでなく回答とキーの送付も行う場合", verbose_name="回答とキーも送る")),
                ("notify", models.BooleanField(default=False, verbose_name="契約のご担当者にメールで知らせる")),
                ("notified_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="お知らせした日時")),
                ("announced_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="告知日時")),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="取消日時")),
                (
                    "announced_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="告知した人",
                    ),
                ),
                ("pgh_obj", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="business_calendar.closure")),
            ],
            options={
                "verbose_name": "変更履歴",
                "verbose_name_plural": "変更履歴",
                "abstract": False,
            },
        ),
        Together(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="closure",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_insert",
                        sql=RecordingSql(
                            event_table="business_calendar_closurerecord",
                            func='INSERT INTO "business_calendar_closurerecord" ("announced_at", "announced_by_id", "closes_at", "ends_on", "id", "kind", "name", "notified_at", "notify", "opens_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sends", "starts_on", "withdrawn_at") SELECT new_values."announced_at", new_values."announced_by_id", new_values."closes_at", new_values."ends_on", new_values."id", new_values."kind", new_values."name", new_values."notified_at", new_values."notify", new_values."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'insert\', new_values."id", new_values."sends", new_values."starts_on", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                            hash="8f9d1ed440c654930afc7915e5fe0d05137d086b",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_history_insert_c6c1f",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="business_calendar_closure",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="closure",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_update",
                        sql=RecordingSql(
                            event_table="business_calendar_closurerecord",
                            func='INSERT INTO "business_calendar_closurerecord" ("announced_at", "announced_by_id", "closes_at", "ends_on", "id", "kind", "name", "notified_at", "notify", "opens_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sends", "starts_on", "withdrawn_at") SELECT new_values."announced_at", new_values."announced_by_id", new_values."closes_at", new_values."ends_on", new_values."id", new_values."kind", new_values."name", new_values."notified_at", new_values."notify", new_values."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'update\', new_values."id", new_values."sends", new_values."starts_on", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                            hash="e084978af141942db49cbc43f3081b82aab833bc",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_history_update_355f5",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="business_calendar_closure",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="closure",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_delete",
                        sql=RecordingSql(
                            event_table="business_calendar_closurerecord",
                            func='INSERT INTO "business_calendar_closurerecord" ("announced_at", "announced_by_id", "closes_at", "ends_on", "id", "kind", "name", "notified_at", "notify", "opens_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sends", "starts_on", "withdrawn_at") SELECT old_values."announced_at", old_values."announced_by_id", old_values."closes_at", old_values."ends_on", old_values."id", old_values."kind", old_values."name", old_values."notified_at", old_values."notify", old_values."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'delete\', old_values."id", old_values."sends", old_values."starts_on", old_values."withdrawn_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                            hash="cbdcc64685f7efdf6724f2492bb5e2ec9b7ddb0e",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_history_delete_b2d55",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="business_calendar_closure",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
