"""The app's tables, in one step for the many that it replaces."""

# One field a line, however long.
# fmt: off

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from supportdesk.migrating import Together


class Migration(migrations.Migration):
    replaces = [("inquiries", "0001_initial"), ("inquiries", "0002_in_a_customers_name")]

    initial = True

    dependencies = [
        ("business_calendar", "0001_tables"),
        ("contracts", "0001_tables"),
        ("outbox", "0002_failed_by_recipient"),
        ("promises", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Inquiry",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="受付番号")),
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
                        ("coverage", models.JSONField(verbose_name="対象の判断")),
                        ("changed_from", models.JSONField(blank=True, null=True, verbose_name="確認画面との違い")),
                        ("form_token", models.UUIDField(editable=False, unique=True)),
                        ("content_hash", models.CharField(editable=False, max_length=64)),
                        ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版")),
                        (
                            "asked_by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to=settings.AUTH_USER_MODEL, verbose_name="お問い合わせの方"),
                        ),
                        (
                            "assigned_to",
                            models.ForeignKey(
                                blank=True,
                                limit_choices_to={"is_staff": True},
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assigned_inquiries",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="担当",
                            ),
                        ),
                        ("contract", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="contracts.contract", verbose_name="契約")),
                        ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="contracts.customer", verbose_name="お客さま")),
                        ("promise", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="約束")),
                        (
                            "terms",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="business_calendar.termsversion", verbose_name="年間サポート約款"),
                        ),
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
                            "entered_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="入力した担当"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "お問い合わせ",
                        "verbose_name_plural": "対応の順番",
                        "ordering": ["-sent_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["customer", "-sent_at"], name="inquiry_of_customer"),
                            models.Index(condition=models.Q(("status__in", ["closed", "refused", "withdrawn"]), _negated=True), fields=["status", "moved_at"], name="inquiry_open"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["received", "in_progress", "waiting_customer", "answered", "closed", "held", "refused", "withdrawn"])),
                                name="inquiry_known_status",
                            ),
                            models.CheckConstraint(condition=models.Q(("category", "operation"), ("topic", ""), _connector="XOR"), name="inquiry_topic_only_of_operation"),
                            models.CheckConstraint(
                                condition=models.Q(("status", "waiting_customer"), ("waiting_for", ""), _connector="XOR"), name="inquiry_waits_for_something_named"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["closed", "refused", "withdrawn"]), ("closed_at__isnull", True), _connector="XOR"),
                                name="inquiry_closed_has_its_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("covered", True), ("accepted_at__isnull", False), ("status__in", ["held", "refused", "withdrawn"]), _connector="OR"),
                                name="inquiry_covered_or_accepted",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("channel", "web"), ("entered_at", None), ("entered_by", None)),
                                    models.Q(
                                        models.Q(("channel", "web"), _negated=True),
                                        ("entered_at__gte", models.F("sent_at")),
                                        ("entered_at__isnull", False),
                                        ("entered_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="inquiry_entered_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("typed", models.JSONField(default=dict, verbose_name="入力内容")),
                        ("saved_at", models.DateTimeField(verbose_name="保存日時")),
                        (
                            "user",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="inquiry_drafts", to=settings.AUTH_USER_MODEL, verbose_name="書いている人"),
                        ),
                        (
                            "inquiry",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inquiries.inquiry", verbose_name="お問い合わせ"),
                        ),
                    ],
                    options={
                        "verbose_name": "送信前のお問い合わせ",
                        "verbose_name_plural": "送信前のお問い合わせ",
                        "ordering": ["-saved_at"],
                    },
                ),
                migrations.CreateModel(
                    name="AnswerDraft",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("body", models.TextField(blank=True, verbose_name="本文")),
                        ("waiting_for", models.CharField(blank=True, max_length=120, verbose_name="お客さまへのお願い")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="例外とする理由")),
                        ("saved_at", models.DateTimeField(verbose_name="保存日時")),
                        ("author", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="書いた人")),
                        (
                            "inquiry",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="answer_drafts", to="inquiries.inquiry", verbose_name="お問い合わせ"),
                        ),
                    ],
                    options={
                        "verbose_name": "回答の下書き",
                        "verbose_name_plural": "回答の下書き",
                        "constraints": [models.UniqueConstraint(fields=("inquiry", "author"), name="answer_draft_one_each")],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        ("body", models.TextField(blank=True, verbose_name="本文")),
                        ("posted_at", models.DateTimeField(verbose_name="日時")),
                        ("send_now_reason", models.CharField(blank=True, max_length=200, verbose_name="すぐに送信した理由")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                        ("form_token", models.UUIDField(editable=False, null=True, unique=True)),
                        (
                            "author",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="書いた人"),
                        ),
                        ("inquiry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="inquiries.inquiry", verbose_name="お問い合わせ")),
                        ("mail", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="outbox.mail", verbose_name="メール")),
                        ("release", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="送信の約束")),
                    ],
                    options={
                        "verbose_name": "やりとり",
                        "verbose_name_plural": "やりとり",
                        "ordering": ["posted_at", "pk"],
                        "indexes": [models.Index(fields=["inquiry", "posted_at"], name="message_of_inquiry")],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("kind", "answer"), ("mail__isnull", True), _connector="XOR"), name="message_answer_is_mailed"),
                            models.CheckConstraint(condition=models.Q(("kind", "event"), ("event", ""), _connector="XOR"), name="message_event_is_named"),
                            models.CheckConstraint(condition=models.Q(("kind", "event"), models.Q(("body", ""), _negated=True), _connector="OR"), name="message_says_something"),
                            models.UniqueConstraint(condition=models.Q(("kind", "question")), fields=("inquiry",), name="message_one_question"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=120, verbose_name="ファイル名")),
                        ("content_type", models.CharField(max_length=60, verbose_name="形式")),
                        ("size", models.PositiveIntegerField(verbose_name="大きさ")),
                        ("sha256", models.CharField(max_length=64, verbose_name="ハッシュ値")),
                        ("locked", models.BooleanField(default=False, verbose_name="パスワード付き")),
                        ("uploaded_at", models.DateTimeField(verbose_name="添付日時")),
                        ("place", models.PositiveSmallIntegerField(verbose_name="順番")),
                        ("answer_draft", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="inquiries.answerdraft")),
                        ("uploaded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="添付した人")),
                        ("draft", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="inquiries.draft")),
                        ("message", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="inquiries.message")),
                    ],
                    options={
                        "verbose_name": "添付ファイル",
                        "verbose_name_plural": "添付ファイル",
                        "ordering": ["uploaded_at", "place"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer_draft", None), ("draft__isnull", False), ("message", None)),
                                    models.Q(("answer_draft__isnull", False), ("draft", None), ("message", None)),
                                    models.Q(("answer_draft", None), ("draft", None), ("message__isnull", False)),
                                    _connector="OR",
                                ),
                                name="attachment_belongs_to_one",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
