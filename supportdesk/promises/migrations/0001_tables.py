"""The app's tables, in one step for the many that it replaces."""

# One field a line, however long.
# fmt: off

import django.db.models.deletion
from django.db import migrations, models

from supportdesk.migrating import Together


class Migration(migrations.Migration):
    replaces = [("promises", "0001_initial")]

    initial = True

    dependencies = [
        ("business_calendar", "0001_tables"),
        ("outbox", "0002_failed_by_recipient"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Promise",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("reception_target", "最初の回答の目安"),
                                    ("cutoff_release", "キーの発行"),
                                    ("answer_release", "回答の送信"),
                                    ("review_target", "確認の目安"),
                                ],
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
                        ("decision", models.JSONField(editable=False, verbose_name="理由")),
                        ("calendar_version", models.PositiveIntegerField(editable=False, verbose_name="カレンダーの版")),
                        ("first_decision", models.JSONField(editable=False, verbose_name="最初の理由")),
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
                                blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="outbox.mail", verbose_name="メール"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "約束",
                        "verbose_name_plural": "約束の記録",
                        "ordering": ["promised_on", "release_at", "id"],
                        "indexes": [
                            models.Index(condition=models.Q(("state", "owed")), fields=["promised_on", "release_at"], name="promise_owed_by_day"),
                            models.Index(fields=["subject_kind", "subject_number"], name="promise_by_subject"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("rule", "subject_kind", "subject_number", "clock_started_at"), name="promise_made_once"),
                            models.CheckConstraint(
                                condition=models.Q(("rule__in", ["cutoff_release", "answer_release"]), ("release_at__isnull", True), _connector="XOR"),
                                name="promise_release_only_by_cutoff",
                            ),
                            models.CheckConstraint(condition=models.Q(("state", "owed"), ("settled_at__isnull", False), _connector="XOR"), name="promise_settled_once_not_owed"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromiseMove",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("from_on", models.DateField(verbose_name="変更前の日")),
                        ("to_on", models.DateField(verbose_name="変更後の日")),
                        ("from_release_at", models.DateTimeField(blank=True, null=True, verbose_name="変更前の時刻")),
                        ("to_release_at", models.DateTimeField(blank=True, null=True, verbose_name="変更後の時刻")),
                        ("moved_at", models.DateTimeField(verbose_name="変更日時")),
                        ("closure", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="business_calendar.closure", verbose_name="休業日")),
                        ("promise", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="promises.promise")),
                    ],
                    options={
                        "verbose_name": "お約束の変更",
                        "verbose_name_plural": "お約束の変更",
                        "ordering": ["moved_at", "id"],
                    },
                ),
            ],
        ),
    ]
