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
    replaces = [("inquiries", "0003_history")]

    dependencies = [
        ("inquiries", "0001_tables"),
        ("supportdesk", "0001_desk_now"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="InquiryRecord",
                    fields=[
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(verbose_name="日時")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        ("number", models.CharField(editable=False, max_length=20, verbose_name="受付番号")),
                        (
                            "category",
                            models.CharField(
                                choices=[("operation", "操作・設定"), ("incident", "障害"), ("upgrade", "更新作業"), ("migration", "データ移行")],
                                max_length=20,
                                verbose_name="種別",
                            ),
                        ),
                        ("topic", models.CharField(blank=True, choices=[("usage", "使い方・設定"), ("environment", "サーバー・OSの環境")], max_length=20, verbose_name="内訳")),
                        ("subject", models.CharField(max_length=60, verbose_name="件名")),
                        ("environment", models.CharField(blank=True, max_length=200, verbose_name="環境")),
                        ("occurred_on", models.DateField(blank=True, null=True, verbose_name="発生した日")),
                        ("occurred_time", models.TimeField(blank=True, null=True, verbose_name="発生した時刻")),
                        (
                            "channel",
                            models.CharField(
                                choices=[("web", "Web フォーム"), ("fax", "FAX"), ("letter", "郵便"), ("sales", "営業担当"), ("telephone", "電話")],
                                default="web",
                                max_length=20,
                                verbose_name="受付の方法",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(blank=True, null=True, verbose_name="入力した日時")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("received", "受付済み"),
                                    ("in_progress", "調査中"),
                                    ("waiting_customer", "お客さまの返信待ち"),
                                    ("answered", "回答済み"),
                                    ("closed", "完了"),
                                    ("held", "確認中"),
                                    ("refused", "対象外"),
                                    ("withdrawn", "取り下げ"),
                                ],
                                max_length=20,
                                verbose_name="状態",
                            ),
                        ),
                        ("sent_at", models.DateTimeField(verbose_name="送信日時")),
                        ("moved_at", models.DateTimeField(verbose_name="最後に動いた日時")),
                        ("waiting_for", models.CharField(blank=True, max_length=120, verbose_name="お客さまへのお願い")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="対象とした日時")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="終わった日時")),
                        ("covered", models.BooleanField(verbose_name="サポート期間内")),
                        ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="お問い合わせの方",
                            ),
                        ),
                        (
                            "assigned_to",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                limit_choices_to={"is_staff": True},
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="担当",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="contracts.contract",
                                verbose_name="契約",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="contracts.customer",
                                verbose_name="お客さま",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="入力した担当",
                            ),
                        ),
                        ("pgh_obj", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="inquiries.inquiry")),
                        (
                            "promise",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="promises.promise",
                                verbose_name="約束",
                            ),
                        ),
                        (
                            "terms",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="business_calendar.termsversion",
                                verbose_name="年間サポート約款",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "変更履歴",
                        "verbose_name_plural": "変更履歴",
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MessageRecord",
                    fields=[
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(verbose_name="日時")),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("question", "お問い合わせ"), ("reply", "お客さまの返信"), ("answer", "回答"), ("memo", "内部メモ"), ("event", "できごと")],
                                max_length=10,
                                verbose_name="種類",
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("received", "受け付けました"),
                                    ("held", "サポートの対象かどうかの確認を承りました"),
                                    ("accepted", "サポートの対象として受け付けました"),
                                    ("refused", "サポートの対象外とお返事しました"),
                                    ("closed", "解決したので閉じました"),
                                    ("reopened", "調査を再開しました"),
                                    ("withdrawn", "お問い合わせを取り下げました"),
                                    ("assigned", "担当を決めました"),
                                    ("answer_withdrawn", "送信前の回答を取り消しました"),
                                    ("sent_now", "予約した回答を、すぐに送信しました"),
                                ],
                                max_length=20,
                                verbose_name="できごと",
                            ),
                        ),
                        ("posted_at", models.DateTimeField(verbose_name="日時")),
                        ("send_now_reason", models.CharField(blank=True, max_length=200, verbose_name="すぐに送信した理由")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="書いた人",
                            ),
                        ),
                        (
                            "inquiry",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="inquiries.inquiry",
                                verbose_name="お問い合わせ",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="outbox.mail",
                                verbose_name="メール",
                            ),
                        ),
                        ("pgh_obj", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="inquiries.message")),
                        (
                            "release",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="promises.promise",
                                verbose_name="送信の約束",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "変更履歴",
                        "verbose_name_plural": "変更履歴",
                        "abstract": False,
                    },
                ),
            ],
        ),
        Together(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="inquiry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_insert",
                        sql=RecordingSql(
                            event_table="inquiries_inquiryrecord",
                            func='INSERT INTO "inquiries_inquiryrecord" ("accepted_at", "asked_by_id", "assigned_to_id", "category", "channel", "closed_at", "contract_id", "covered", "customer_id", "entered_at", "entered_by_id", "environment", "id", "moved_at", "number", "occurred_on", "occurred_time", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "promise_id", "sent_at", "status", "subject", "terms_id", "topic", "version", "waiting_for") SELECT new_values."accepted_at", new_values."asked_by_id", new_values."assigned_to_id", new_values."category", new_values."channel", new_values."closed_at", new_values."contract_id", new_values."covered", new_values."customer_id", new_values."entered_at", new_values."entered_by_id", new_values."environment", new_values."id", new_values."moved_at", new_values."number", new_values."occurred_on", new_values."occurred_time", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'insert\', new_values."id", new_values."promise_id", new_values."sent_at", new_values."status", new_values."subject", new_values."terms_id", new_values."topic", new_values."version", new_values."waiting_for" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                            hash="34d94521fa48a826800e2e59c63788bf99f8317e",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_history_insert_9c382",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="inquiries_inquiry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="inquiry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_update",
                        sql=RecordingSql(
                            event_table="inquiries_inquiryrecord",
                            func='INSERT INTO "inquiries_inquiryrecord" ("accepted_at", "asked_by_id", "assigned_to_id", "category", "channel", "closed_at", "contract_id", "covered", "customer_id", "entered_at", "entered_by_id", "environment", "id", "moved_at", "number", "occurred_on", "occurred_time", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "promise_id", "sent_at", "status", "subject", "terms_id", "topic", "version", "waiting_for") SELECT new_values."accepted_at", new_values."asked_by_id", new_values."assigned_to_id", new_values."category", new_values."channel", new_values."closed_at", new_values."contract_id", new_values."covered", new_values."customer_id", new_values."entered_at", new_values."entered_by_id", new_values."environment", new_values."id", new_values."moved_at", new_values."number", new_values."occurred_on", new_values."occurred_time", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'update\', new_values."id", new_values."promise_id", new_values."sent_at", new_values."status", new_values."subject", new_values."terms_id", new_values."topic", new_values."version", new_values."waiting_for" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."accepted_at" IS DISTINCT FROM (new_values."accepted_at") OR old_values."asked_by_id" IS DISTINCT FROM (new_values."asked_by_id") OR old_values."assigned_to_id" IS DISTINCT FROM (new_values."assigned_to_id") OR old_values."category" IS DISTINCT FROM (new_values."category") OR old_values."channel" IS DISTINCT FROM (new_values."channel") OR old_values."closed_at" IS DISTINCT FROM (new_values."closed_at") OR old_values."contract_id" IS DISTINCT FROM (new_values."contract_id") OR old_values."covered" IS DISTINCT FROM (new_values."covered") OR old_values."customer_id" IS DISTINCT FROM (new_values."customer_id") OR old_values."entered_at" IS DISTINCT FROM (new_values."entered_at") OR old_values."entered_by_id" IS DISTINCT FROM (new_values."entered_by_id") OR old_values."environment" IS DISTINCT FROM (new_values."environment") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."moved_at" IS DISTINCT FROM (new_values."moved_at") OR old_values."number" IS DISTINCT FROM (new_values."number") OR old_values."occurred_on" IS DISTINCT FROM (new_values."occurred_on") OR old_values."occurred_time" IS DISTINCT FROM (new_values."occurred_time") OR old_values."promise_id" IS DISTINCT FROM (new_values."promise_id") OR old_values."sent_at" IS DISTINCT FROM (new_values."sent_at") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."subject" IS DISTINCT FROM (new_values."subject") OR old_values."terms_id" IS DISTINCT FROM (new_values."terms_id") OR old_values."topic" IS DISTINCT FROM (new_values."topic") OR old_values."version" IS DISTINCT FROM (new_values."version") OR old_values."waiting_for" IS DISTINCT FROM (new_values."waiting_for")) ) AS new_values; RETURN NULL;',
                            hash="2bba919e6aa863342d5fe8b932f978c917ff10e0",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_history_update_48c44",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="inquiries_inquiry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="inquiry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_delete",
                        sql=RecordingSql(
                            event_table="inquiries_inquiryrecord",
                            func='INSERT INTO "inquiries_inquiryrecord" ("accepted_at", "asked_by_id", "assigned_to_id", "category", "channel", "closed_at", "contract_id", "covered", "customer_id", "entered_at", "entered_by_id", "environment", "id", "moved_at", "number", "occurred_on", "occurred_time", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "promise_id", "sent_at", "status", "subject", "terms_id", "topic", "version", "waiting_for") SELECT old_values."accepted_at", old_values."asked_by_id", old_values."assigned_to_id", old_values."category", old_values."channel", old_values."closed_at", old_values."contract_id", old_values."covered", old_values."customer_id", old_values."entered_at", old_values."entered_by_id", old_values."environment", old_values."id", old_values."moved_at", old_values."number", old_values."occurred_on", old_values."occurred_time", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'delete\', old_values."id", old_values."promise_id", old_values."sent_at", old_values."status", old_values."subject", old_values."terms_id", old_values."topic", old_values."version", old_values."waiting_for" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                            hash="a6dc4b18d081926f26251cfe81c9db5ce228ff6a",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_history_delete_f005e",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="inquiries_inquiry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="message",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_insert",
                        sql=RecordingSql(
                            event_table="inquiries_messagerecord",
                            func='INSERT INTO "inquiries_messagerecord" ("author_id", "event", "id", "inquiry_id", "kind", "mail_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "posted_at", "release_id", "send_now_reason", "withdrawn_at") SELECT new_values."author_id", new_values."event", new_values."id", new_values."inquiry_id", new_values."kind", new_values."mail_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'insert\', new_values."id", new_values."posted_at", new_values."release_id", new_values."send_now_reason", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                            hash="48e66f0fa3b160b07e4038b8a82a63c71a767a4d",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_history_insert_a997a",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="inquiries_message",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="message",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_update",
                        sql=RecordingSql(
                            event_table="inquiries_messagerecord",
                            func='INSERT INTO "inquiries_messagerecord" ("author_id", "event", "id", "inquiry_id", "kind", "mail_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "posted_at", "release_id", "send_now_reason", "withdrawn_at") SELECT new_values."author_id", new_values."event", new_values."id", new_values."inquiry_id", new_values."kind", new_values."mail_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'update\', new_values."id", new_values."posted_at", new_values."release_id", new_values."send_now_reason", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."author_id" IS DISTINCT FROM (new_values."author_id") OR old_values."event" IS DISTINCT FROM (new_values."event") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."inquiry_id" IS DISTINCT FROM (new_values."inquiry_id") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."mail_id" IS DISTINCT FROM (new_values."mail_id") OR old_values."posted_at" IS DISTINCT FROM (new_values."posted_at") OR old_values."release_id" IS DISTINCT FROM (new_values."release_id") OR old_values."send_now_reason" IS DISTINCT FROM (new_values."send_now_reason") OR old_values."withdrawn_at" IS DISTINCT FROM (new_values."withdrawn_at")) ) AS new_values; RETURN NULL;',
                            hash="640576280b0cc2fcfba85372e64aab7823ca3eca",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_history_update_3c8ba",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="inquiries_message",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="message",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_delete",
                        sql=RecordingSql(
                            event_table="inquiries_messagerecord",
                            func='INSERT INTO "inquiries_messagerecord" ("author_id", "event", "id", "inquiry_id", "kind", "mail_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "posted_at", "release_id", "send_now_reason", "withdrawn_at") SELECT old_values."author_id", old_values."event", old_values."id", old_values."inquiry_id", old_values."kind", old_values."mail_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, desk_now(), \'delete\', old_values."id", old_values."posted_at", old_values."release_id", old_values."send_now_reason", old_values."withdrawn_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                            hash="45460b05b5ac957b87a5e219be2e6c552829c5e3",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_history_delete_39034",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="inquiries_message",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
