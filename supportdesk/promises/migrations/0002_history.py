"""Tables of history and the triggers that fill them."""

# One field a line, however long.
# fmt: off

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from supportdesk.history.triggers import RecordingSql
from supportdesk.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0001_tables"),
        ("supportdesk", "0001_desk_now"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseRecord",
            fields=[
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(verbose_name="日時")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "rule",
                    models.CharField(
                        choices=[("reception_target", "最初の回答の目安"), ("cutoff_release", "キーの発行"), ("answer_release", "回答の送信"), ("review_target", "確認の目安")],
                        editable=False,
                        max_length=20,
                        verbose_name="規則",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("owed", "お約束中"), ("kept", "お約束を守りました"), ("broken", "お約束を過ぎました"), ("withdrawn", "取り下げ")],
                        default="owed",
                        editable=False,
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("clock_started_at", models.DateTimeField(editable=False, verbose_name="起算")),
                ("promised_on", models.DateField(editable=False, verbose_name="お約束の日")),
                ("release_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="送付の時刻")),
                ("calendar_version", models.PositiveIntegerField(editable=False, verbose_name="カレンダーの版")),
                ("subject_kind", models.CharField(editable=False, max_length=20, verbose_name="対象")),
                ("subject_number", models.CharField(editable=False, max_length=20, verbose_name="番号")),
                ("subject_label", models.CharField(editable=False, max_length=200, verbose_name="件名")),
                ("subject_url_name", models.CharField(editable=False, max_length=60)),
                ("recipient", models.EmailField(editable=False, max_length=254, verbose_name="宛先")),
                ("made_at", models.DateTimeField(editable=False, verbose_name="お約束した日時")),
                ("settled_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="決着の日時")),
                ("broken_told_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="お詫びの日時")),
                (
                    "mail",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="outbox.mail",
                        verbose_name="メール",
                    ),
                ),
                ("pgh_obj", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="promises.promise")),
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
                    model_name="promise",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_insert",
                        sql=RecordingSql(
                            event_table="promises_promiserecord",
                            func='INSERT INTO "promises_promiserecord" ("broken_told_at", "calendar_version", "clock_started_at", "id", "made_at", "mail_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_on", "recipient", "release_at", "rule", "settled_at", "state", "subject_kind", "subject_label", "subject_number", "subject_url_name") SELECT new_values."broken_told_at", new_values."calendar_version", new_values."clock_started_at", new_values."id", new_values."made_at", new_values."mail_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'insert\', new_values."id", new_values."promised_on", new_values."recipient", new_values."release_at", new_values."rule", new_values."settled_at", new_values."state", new_values."subject_kind", new_values."subject_label", new_values."subject_number", new_values."subject_url_name" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                            hash="35512ffd0f86fdc26c08ce314e504becd7e00362",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_history_insert_2700e",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="promises_promise",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="promise",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_update",
                        sql=RecordingSql(
                            event_table="promises_promiserecord",
                            func='INSERT INTO "promises_promiserecord" ("broken_told_at", "calendar_version", "clock_started_at", "id", "made_at", "mail_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_on", "recipient", "release_at", "rule", "settled_at", "state", "subject_kind", "subject_label", "subject_number", "subject_url_name") SELECT new_values."broken_told_at", new_values."calendar_version", new_values."clock_started_at", new_values."id", new_values."made_at", new_values."mail_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'update\', new_values."id", new_values."promised_on", new_values."recipient", new_values."release_at", new_values."rule", new_values."settled_at", new_values."state", new_values."subject_kind", new_values."subject_label", new_values."subject_number", new_values."subject_url_name" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."broken_told_at" IS DISTINCT FROM (new_values."broken_told_at") OR old_values."calendar_version" IS DISTINCT FROM (new_values."calendar_version") OR old_values."clock_started_at" IS DISTINCT FROM (new_values."clock_started_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."made_at" IS DISTINCT FROM (new_values."made_at") OR old_values."mail_id" IS DISTINCT FROM (new_values."mail_id") OR old_values."promised_on" IS DISTINCT FROM (new_values."promised_on") OR old_values."recipient" IS DISTINCT FROM (new_values."recipient") OR old_values."release_at" IS DISTINCT FROM (new_values."release_at") OR old_values."rule" IS DISTINCT FROM (new_values."rule") OR old_values."settled_at" IS DISTINCT FROM (new_values."settled_at") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."subject_kind" IS DISTINCT FROM (new_values."subject_kind") OR old_values."subject_label" IS DISTINCT FROM (new_values."subject_label") OR old_values."subject_number" IS DISTINCT FROM (new_values."subject_number") OR old_values."subject_url_name" IS DISTINCT FROM (new_values."subject_url_name")) ) AS new_values; RETURN NULL;',
                            hash="118021ad28ae3dc5b3c36bfd0fbd0916dfe4da16",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_history_update_c8e99",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="promises_promise",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="promise",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_delete",
                        sql=RecordingSql(
                            event_table="promises_promiserecord",
                            func='INSERT INTO "promises_promiserecord" ("broken_told_at", "calendar_version", "clock_started_at", "id", "made_at", "mail_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_on", "recipient", "release_at", "rule", "settled_at", "state", "subject_kind", "subject_label", "subject_number", "subject_url_name") SELECT old_values."broken_told_at", old_values."calendar_version", old_values."clock_started_at", old_values."id", old_values."made_at", old_values."mail_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'delete\', old_values."id", old_values."promised_on", old_values."recipient", old_values."release_at", old_values."rule", old_values."settled_at", old_values."state", old_values."subject_kind", old_values."subject_label", old_values."subject_number", old_values."subject_url_name" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                            hash="34eb8b6b2e779d1b2f90d5965a86beb9a17afbfa",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_history_delete_54c70",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="promises_promise",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
