"""The app's tables, in one step for the many that it replaces."""

# One field a line, however long.
# fmt: off

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from supportdesk.migrating import Together


class Migration(migrations.Migration):
    replaces = [("business_calendar", "0001_initial"), ("business_calendar", "0004_closure_notices")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="TermsVersion",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="版")),
                        ("title", models.CharField(max_length=120, verbose_name="表題")),
                        ("in_force_from", models.DateField(unique=True, verbose_name="施行日")),
                        ("clauses", models.JSONField(default=list, verbose_name="条項")),
                        ("common_terms_url", models.URLField(blank=True, verbose_name="共通約款")),
                    ],
                    options={
                        "verbose_name": "年間サポート約款",
                        "verbose_name_plural": "年間サポート約款",
                        "ordering": ["-in_force_from"],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarVersion",
                    fields=[
                        ("only_row", models.BooleanField(default=True, editable=False, primary_key=True, serialize=False)),
                        ("number", models.PositiveIntegerField(default=1, editable=False, verbose_name="版")),
                        (
                            "closures_known_until",
                            models.DateField(blank=True, help_text="この日より先のお約束には「休業日は未告知」と添えます", null=True, verbose_name="休業日を告知済みの最終日"),
                        ),
                    ],
                    options={
                        "verbose_name": "カレンダーの版",
                        "verbose_name_plural": "カレンダーの版",
                        "constraints": [models.CheckConstraint(condition=models.Q(("only_row", True)), name="calendar_version_is_one_row")],
                    },
                ),
                migrations.CreateModel(
                    name="Closure",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(help_text="例\u3000年末年始休業", max_length=60, verbose_name="名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("closure", "休業"), ("half_day", "時間短縮"), ("extra_opening", "臨時営業")], default="closure", max_length=20, verbose_name="種類"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="最初の日")),
                        ("ends_on", models.DateField(verbose_name="最後の日")),
                        ("opens_at", models.TimeField(blank=True, null=True, verbose_name="開始時刻")),
                        ("closes_at", models.TimeField(blank=True, null=True, verbose_name="終了時刻")),
                        ("sends", models.BooleanField(default=False, help_text="土日祝の臨時営業で、受付だけでなく回答とキーの送付も行う場合", verbose_name="回答とキーも送る")),
                        ("notify", models.BooleanField(default=False, verbose_name="契約のご担当者にメールで知らせる")),
                        ("announced_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="告知日時")),
                        ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="取消日時")),
                        (
                            "announced_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="告知した人",
                            ),
                        ),
                        ("notified_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="お知らせした日時")),
                    ],
                    options={
                        "verbose_name": "休業日",
                        "verbose_name_plural": "営業日と休業",
                        "ordering": ["-starts_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="closure_ends_after_it_starts",
                                violation_error_message="最後の日は、最初の日以降にしてください",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closes_at__isnull", True), ("kind", "closure"), ("opens_at__isnull", True)),
                                    models.Q(("closes_at__gt", models.F("opens_at")), ("opens_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="closure_has_hours_when_open",
                                violation_error_message="時間短縮と臨時営業には、開始時刻と終了時刻を入力してください",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
