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
    replaces = [("accounts", "0005_history")]

    dependencies = [
        ("accounts", "0001_tables"),
        ("supportdesk", "0001_desk_now"),
    ]

    operations = [
        migrations.CreateModel(
            name="UserRecord",
            fields=[
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(verbose_name="日時")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False, help_text="Designates that this user has all permissions without explicitly assigning them.", verbose_name="superuser status"
                    ),
                ),
                ("email", models.EmailField(error_messages={"unique": "このメールアドレスはすでに登録されています"}, max_length=254, verbose_name="メールアドレス")),
                ("name", models.CharField(max_length=80, verbose_name="氏名")),
                ("is_staff", models.BooleanField(default=False, verbose_name="担当者")),
                ("is_active", models.BooleanField(default=True, verbose_name="有効")),
                ("view_only", models.BooleanField(default=False, help_text="チェックを入れた担当者は、画面を見るだけで何も変更できません。", verbose_name="閲覧のみ")),
                ("language", models.CharField(blank=True, choices=[("ja", "日本語"), ("en", "English")], max_length=2, verbose_name="ことば")),
                ("joined_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="登録日時")),
                ("pgh_obj", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=settings.AUTH_USER_MODEL)),
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
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_insert",
                        sql=RecordingSql(
                            event_table="accounts_userrecord",
                            func='INSERT INTO "accounts_userrecord" ("email", "id", "is_active", "is_staff", "is_superuser", "joined_at", "language", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "view_only") SELECT new_values."email", new_values."id", new_values."is_active", new_values."is_staff", new_values."is_superuser", new_values."joined_at", new_values."language", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'insert\', new_values."id", new_values."view_only" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                            hash="45a949b42510a475e55c38bec6f351d243986706",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_history_insert_e218e",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="accounts_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_update",
                        sql=RecordingSql(
                            event_table="accounts_userrecord",
                            func='INSERT INTO "accounts_userrecord" ("email", "id", "is_active", "is_staff", "is_superuser", "joined_at", "language", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "view_only") SELECT new_values."email", new_values."id", new_values."is_active", new_values."is_staff", new_values."is_superuser", new_values."joined_at", new_values."language", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'update\', new_values."id", new_values."view_only" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_staff" IS DISTINCT FROM (new_values."is_staff") OR old_values."is_superuser" IS DISTINCT FROM (new_values."is_superuser") OR old_values."joined_at" IS DISTINCT FROM (new_values."joined_at") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."view_only" IS DISTINCT FROM (new_values."view_only")) ) AS new_values; RETURN NULL;',
                            hash="fa32cd1e2bd1ec1e9f73b11246aa242674b03f21",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_history_update_e821b",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="accounts_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_delete",
                        sql=RecordingSql(
                            event_table="accounts_userrecord",
                            func='INSERT INTO "accounts_userrecord" ("email", "id", "is_active", "is_staff", "is_superuser", "joined_at", "language", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "view_only") SELECT old_values."email", old_values."id", old_values."is_active", old_values."is_staff", old_values."is_superuser", old_values."joined_at", old_values."language", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'delete\', old_values."id", old_values."view_only" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                            hash="c8a84ab53a51e08bf9d10f2bc0b25949be503639",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_history_delete_3f525",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="accounts_user",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
