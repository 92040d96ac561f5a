"""The app's tables, in one step for the many that it replaces."""

# One field a line, however long.
# fmt: off

import zoneinfo

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from supportdesk.migrating import Together


class Migration(migrations.Migration):
    replaces = [
        ("licensing", "0001_initial"),
        ("licensing", "0002_issue_failures"),
        ("licensing", "0003_moves"),
        ("licensing", "0004_displays_and_stops"),
        ("licensing", "0005_revocation"),
        ("licensing", "0007_tolerated_keys"),
    ]

    initial = True

    dependencies = [
        ("business_calendar", "0001_tables"),
        ("contracts", "0001_tables"),
        ("promises", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="License",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="ライセンス番号")),
                        ("label", models.CharField(help_text="例：本社サーバー", max_length=80, verbose_name="名称")),
                        ("quantity", models.PositiveIntegerField(default=1, verbose_name="数量")),
                        ("contract", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="licenses", to="contracts.contract", verbose_name="契約")),
                    ],
                    options={
                        "verbose_name": "ライセンス",
                        "verbose_name_plural": "ライセンス",
                        "ordering": ["contract", "number"],
                        "constraints": [models.CheckConstraint(condition=models.Q(("quantity__gte", 1)), name="license_quantity_positive")],
                    },
                ),
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="受付番号")),
                        ("old_server_name", models.CharField(max_length=253, verbose_name="いまのサーバー名")),
                        ("old_host_code", models.CharField(blank=True, max_length=16, verbose_name="いまのホストコード")),
                        ("new_server_name", models.CharField(max_length=253, verbose_name="新しいサーバー名")),
                        ("new_host_code", models.CharField(max_length=16, verbose_name="新しいホストコード")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("replacement", "サーバーの入れ替え"),
                                    ("failure", "サーバーの故障"),
                                    ("virtualisation", "仮想環境・クラウドへの移行"),
                                    ("other", "その他のサーバー変更"),
                                ],
                                max_length=20,
                                verbose_name="変更の理由",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="ご連絡事項")),
                        ("planned_on", models.DateField(blank=True, null=True, verbose_name="切り替えの予定日")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("held", "確認中"),
                                    ("returned", "お客さまの訂正待ち"),
                                    ("accepted", "受理済み"),
                                    ("issued", "発行済み"),
                                    ("withdrawn", "取り下げ"),
                                    ("refused", "お断り"),
                                ],
                                max_length=10,
                                verbose_name="状態",
                            ),
                        ),
                        ("sent_at", models.DateTimeField(verbose_name="送信日時")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="受理日時")),
                        ("acceptance_note", models.TextField(blank=True, verbose_name="受理の理由")),
                        ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="発行日時")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げ日時")),
                        ("refused_at", models.DateTimeField(blank=True, null=True, verbose_name="お断りした日時")),
                        ("refusal_reason", models.TextField(blank=True, verbose_name="お断りの理由")),
                        ("coverage", models.JSONField(verbose_name="サポート期間の判定")),
                        ("findings", models.JSONField(blank=True, default=list, verbose_name="確認が必要な点")),
                        ("shown", models.JSONField(blank=True, default=dict, verbose_name="確認画面でのお約束")),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        ("body_digest", models.CharField(editable=False, max_length=64)),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                blank=True,
                                help_text="空欄は自動で受理",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="受理した人",
                            ),
                        ),
                        ("applicant", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contact", verbose_name="申請した方")),
                        (
                            "promise",
                            models.OneToOneField(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="キー発行のお約束"
                            ),
                        ),
                        (
                            "refused_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="お断りした人"
                            ),
                        ),
                        (
                            "review_promise",
                            models.OneToOneField(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="確認の目安"
                            ),
                        ),
                        (
                            "terms",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="business_calendar.termsversion", verbose_name="適用した約款"),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="取り下げた人"
                            ),
                        ),
                        ("license", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="licensing.license", verbose_name="ライセンス")),
                        ("failed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="最後に失敗した日時")),
                        ("failure", models.TextField(blank=True, editable=False, verbose_name="発行できない理由")),
                        (
                            "channel",
                            models.CharField(
                                choices=[("web", "Web フォーム"), ("fax", "FAX"), ("letter", "郵便"), ("sales", "営業担当"), ("telephone", "電話")],
                                default="web",
                                max_length=12,
                                verbose_name="受付の方法",
                            ),
                        ),
                        (
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="licensing.application",
                                verbose_name="訂正する申請",
                            ),
                        ),
                        ("declaration", models.TextField(blank=True, verbose_name="いまのサーバーについてのお約束")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="代わりに入力した人"
                            ),
                        ),
                        ("kind", models.CharField(choices=[("move", "サーバーの変更"), ("correction", "ホストコードの訂正")], default="move", max_length=12, verbose_name="種別")),
                        ("moves", models.JSONField(blank=True, default=dict, verbose_name="移設の回数")),
                        ("new_network", models.CharField(blank=True, max_length=120, verbose_name="新しいサーバーのネットワーク")),
                        ("new_os", models.CharField(blank=True, max_length=80, verbose_name="新しいサーバーの OS")),
                        ("provisional_due_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("provisional_reason", models.TextField(blank=True, verbose_name="暫定キーの理由")),
                        ("return_note", models.TextField(blank=True, verbose_name="お客さまに直していただくこと")),
                        ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="お返しした日時")),
                        (
                            "returned_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="お返しした人"
                            ),
                        ),
                        ("wants_overlap", models.BooleanField(default=False, verbose_name="いまのサーバー用の期限付きキー")),
                    ],
                    options={
                        "verbose_name": "再発行の申請",
                        "verbose_name_plural": "再発行の申請",
                        "ordering": ["-sent_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("accepted_at", None), ("promise__isnull", False), _connector="XOR"), name="application_accepted_is_promised"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("findings", []), ("review_promise__isnull", False), _connector="XOR"), name="application_held_has_its_target"
                            ),
                            models.CheckConstraint(condition=models.Q(("state", "issued"), ("issued_at", None), _connector="XOR"), name="application_issued_has_its_time"),
                            models.CheckConstraint(condition=models.Q(("state", "withdrawn"), ("withdrawn_at", None), _connector="XOR"), name="application_withdrawn_has_its_time"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("refused_at__isnull", False), ("state", "refused"), models.Q(("refusal_reason", ""), _negated=True)),
                                    models.Q(models.Q(("state", "refused"), _negated=True), ("refusal_reason", ""), ("refused_at", None)),
                                    _connector="OR",
                                ),
                                name="application_refused_for_a_reason",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["held", "returned", "accepted"])), fields=("license",), name="application_one_open_per_license"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["held", "returned", "accepted", "issued", "withdrawn", "refused"])), name="application_known_state"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("accepted_at", None), ("state__in", ["held", "returned"])),
                                    models.Q(("accepted_at__isnull", False), ("state__in", ["accepted", "issued"])),
                                    ("state__in", ["withdrawn", "refused"]),
                                    _connector="OR",
                                ),
                                name="application_accepted_has_its_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("returned_at__isnull", False), ("state", "returned"), models.Q(("return_note", ""), _negated=True)),
                                    models.Q(models.Q(("state", "returned"), _negated=True), ("return_note", ""), ("returned_at", None)),
                                    _connector="OR",
                                ),
                                name="application_returned_with_what_is_missing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind", "correction"), ("corrects", None), _connector="XOR"), name="application_correction_names_what_it_corrects"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("channel", "web"), ("entered_by", None)),
                                    models.Q(models.Q(("channel", "web"), _negated=True), ("entered_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="application_entered_for_them_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("provisional_due_at", None), models.Q(("state", "accepted"), models.Q(("provisional_reason", ""), _negated=True)), _connector="OR"
                                ),
                                name="application_provisional_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Key",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "klass",
                            models.CharField(
                                choices=[("regular", "正式キー"), ("provisional", "暫定キー"), ("overlap", "並行稼働キー"), ("foreign", "現行キー（移行前に発行）")],
                                default="regular",
                                max_length=12,
                                verbose_name="種類",
                            ),
                        ),
                        ("issue_number", models.PositiveIntegerField(verbose_name="発行回数")),
                        ("serial", models.CharField(max_length=30, unique=True, verbose_name="キー番号")),
                        ("kid", models.CharField(blank=True, max_length=16, verbose_name="署名鍵")),
                        ("server_name", models.CharField(max_length=253, verbose_name="サーバー名")),
                        ("host_code", models.CharField(max_length=16, verbose_name="ホストコード")),
                        ("sealed_text", models.BinaryField(default=b"")),
                        ("issued_at", models.DateTimeField(verbose_name="発行日時")),
                        ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="失効日時")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消し日時")),
                        ("revocation_reason", models.TextField(blank=True, verbose_name="取り消しの理由")),
                        (
                            "application",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="licensing.application", verbose_name="申請"
                            ),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="replaced_by", to="licensing.key", verbose_name="置き換えたキー"
                            ),
                        ),
                        ("license", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="licensing.license", verbose_name="ライセンス")),
                        ("tolerated_until", models.DateField(blank=True, null=True, verbose_name="並行して使える最後の日")),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="使える最初の日")),
                        ("valid_until", models.DateField(blank=True, null=True, verbose_name="使える最後の日")),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="取り消した人"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "キー",
                        "verbose_name_plural": "キー",
                        "ordering": ["license", "-issue_number"],
                        "indexes": [
                            models.Index(condition=models.Q(("revoked_at", None), ("superseded_at", None)), fields=["host_code"], name="key_in_force_by_host_code"),
                            models.Index(condition=models.Q(("superseded_at__isnull", False), ("revoked_at__isnull", False), _connector="OR"), fields=["serial"], name="key_ended"),
                            models.Index(condition=models.Q(("tolerated_until__isnull", False)), fields=["tolerated_until"], name="key_tolerated_by_day"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("klass__in", ["regular", "foreign"]), ("revoked_at", None), ("superseded_at", None)),
                                fields=("license",),
                                name="key_one_current_per_license",
                            ),
                            models.UniqueConstraint(fields=("license", "issue_number"), name="key_counted_once"),
                            models.CheckConstraint(
                                condition=models.Q(("revoked_at", None), models.Q(("revocation_reason", ""), _negated=True), _connector="XOR"), name="key_revoked_for_a_reason"
                            ),
                            models.UniqueConstraint(condition=models.Q(("klass__in", ["regular", "overlap"])), fields=("application", "klass"), name="key_one_per_request"),
                            models.UniqueConstraint(
                                condition=models.Q(("klass", "provisional"), ("revoked_at", None), ("superseded_at", None)),
                                fields=("license",),
                                name="key_one_provisional_per_license",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("application", None), ("kid", ""), ("klass", "foreign"), ("sealed_text", b"")),
                                    models.Q(
                                        ("klass__in", ["regular", "provisional", "overlap"]),
                                        ("valid_from__isnull", False),
                                        models.Q(("kid", ""), _negated=True),
                                        models.Q(("sealed_text", b""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="key_is_signed_unless_foreign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("klass__in", ["regular", "foreign"]), ("valid_until__isnull", False), _connector="OR"), name="key_for_a_while_has_its_end"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("valid_until", None), ("valid_from", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"),
                                name="key_dates_are_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tolerated_until", None), ("superseded_at__isnull", False), _connector="OR"), name="key_tolerated_once_superseded"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.PositiveSmallIntegerField(verbose_name="回")),
                        ("ending", models.CharField(choices=[("returned", "お返ししたもの"), ("corrected", "お客さまが訂正したもの")], max_length=10, verbose_name="終わり方")),
                        ("sent_at", models.DateTimeField(verbose_name="送信日時")),
                        ("said", models.JSONField(verbose_name="申請の内容")),
                        ("findings", models.JSONField(blank=True, default=list, verbose_name="確認が必要な点")),
                        ("coverage", models.JSONField(verbose_name="サポート期間の判定")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="受理日時")),
                        ("ended_at", models.DateTimeField(verbose_name="終わった日時")),
                        ("note", models.TextField(blank=True, verbose_name="直していただくこと")),
                        ("application", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="licensing.application", verbose_name="申請")),
                        ("ended_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="行った人")),
                        (
                            "promise",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="キー発行のお約束"
                            ),
                        ),
                        (
                            "review_promise",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="確認の目安"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "前の申請の内容",
                        "verbose_name_plural": "前の申請の内容",
                        "ordering": ["application", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("application", "number"), name="attempt_counted_once"),
                            models.CheckConstraint(
                                condition=models.Q(models.Q(("ending", "returned"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"),
                                name="attempt_returned_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("sent", "申請を受け取りました"),
                                    ("held", "担当が確認しています"),
                                    ("accepted", "申請を受理しました"),
                                    ("returned", "訂正をお願いしました"),
                                    ("sent_again", "訂正した申請を受け取りました"),
                                    ("corrected", "申請の内容を訂正しました"),
                                    ("refused", "キーを発行できないとお知らせしました"),
                                    ("withdrawn", "申請を取り下げました"),
                                    ("provisional_issued", "暫定キーを発行しました"),
                                    ("issued", "正式キーを発行しました"),
                                    ("overlap_issued", "並行稼働キーを発行しました"),
                                    ("superseded", "前のキーを失効にしました"),
                                    ("stopped", "いまのサーバーの停止を確認しました"),
                                ],
                                max_length=20,
                                verbose_name="できごと",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="日時")),
                        ("note", models.TextField(blank=True, verbose_name="理由")),
                        ("application", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="log", to="licensing.application", verbose_name="申請")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                help_text="空欄は自動",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="行った人",
                            ),
                        ),
                        ("key", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.key", verbose_name="キー")),
                        (
                            "promise",
                            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.promise", verbose_name="お約束"),
                        ),
                    ],
                    options={
                        "verbose_name": "申請の経過",
                        "verbose_name_plural": "申請の経過",
                        "ordering": ["at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="MoveRequest",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "受け取りました"),
                                    ("passed_on", "ご担当者へお送りしました"),
                                    ("unknown", "番号が一致しません"),
                                    ("too_many", "回数の上限を超えました"),
                                    ("finished", "申請になりました"),
                                ],
                                default="received",
                                max_length=10,
                                verbose_name="状態",
                            ),
                        ),
                        ("certificate_number", models.CharField(max_length=20, verbose_name="証書番号")),
                        ("service_number", models.CharField(max_length=30, verbose_name="サポートサービス番号")),
                        ("typed", models.JSONField(default=dict, verbose_name="新しいサーバー")),
                        ("received_at", models.DateTimeField(verbose_name="受け取った日時")),
                        ("expires_at", models.DateTimeField(verbose_name="有効期限")),
                        (
                            "application",
                            models.OneToOneField(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="request", to="licensing.application", verbose_name="申請"
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.customer", verbose_name="お客さま"
                            ),
                        ),
                        (
                            "license",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.license", verbose_name="ライセンス"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "サインインなしのご依頼",
                        "verbose_name_plural": "サインインなしのご依頼",
                        "ordering": ["-received_at"],
                        "indexes": [models.Index(condition=models.Q(("state", "received")), fields=["received_at"], name="request_waiting")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["passed_on", "finished"]), ("customer", None), _connector="XOR"), name="request_passed_on_to_a_customer"
                            ),
                            models.CheckConstraint(condition=models.Q(("state", "finished"), ("application", None), _connector="XOR"), name="request_finished_by_an_application"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProvisionalKeys",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("offered", models.BooleanField(default=True, verbose_name="暫定キーを受け付ける")),
                        ("note", models.CharField(max_length=200, verbose_name="理由")),
                        ("changed_at", models.DateTimeField(editable=False, verbose_name="変更日時")),
                        (
                            "changed_by",
                            models.ForeignKey(
                                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="変更した人"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "暫定キーの受け付け",
                        "verbose_name_plural": "暫定キーの受け付け",
                        "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="provisional_keys_one_switch")],
                    },
                ),
                migrations.CreateModel(
                    name="KeyDisplay",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("how", models.CharField(choices=[("shown", "画面に表示"), ("downloaded", "ファイルに保存")], max_length=10, verbose_name="方法")),
                        ("at", models.DateTimeField(verbose_name="日時")),
                        ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="displays", to="licensing.key", verbose_name="キー")),
                        ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="見た人")),
                    ],
                    options={
                        "verbose_name": "キーの表示",
                        "verbose_name_plural": "キーの表示",
                        "ordering": ["at", "pk"],
                        "constraints": [models.CheckConstraint(condition=models.Q(("how__in", ["shown", "downloaded"])), name="key_display_known_way")],
                    },
                ),
                migrations.CreateModel(
                    name="KeyResend",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("reason", models.CharField(max_length=200, verbose_name="再送の理由")),
                        ("recipients", models.JSONField(verbose_name="宛先")),
                        ("at", models.DateTimeField(verbose_name="日時")),
                        ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="再送した人")),
                        ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="resends", to="licensing.key", verbose_name="キー")),
                    ],
                    options={
                        "verbose_name": "キーの再送",
                        "verbose_name_plural": "キーの再送",
                        "ordering": ["at", "pk"],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="key_resent_for_a_reason"),
                            models.CheckConstraint(condition=models.Q(("recipients", []), _negated=True), name="key_resent_to_somebody"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServerStop",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("report_by", models.DateField(verbose_name="報告の期限")),
                        ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="お知らせした日時")),
                        ("stopped_on", models.DateField(blank=True, null=True, verbose_name="停止した日")),
                        ("note", models.TextField(blank=True, verbose_name="ご連絡事項")),
                        ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="報告の日時")),
                        ("application", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="stop", to="licensing.application", verbose_name="申請")),
                        ("key", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="stop", to="licensing.key", verbose_name="前のキー")),
                        (
                            "reported_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="報告した人"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "停止の報告",
                        "verbose_name_plural": "停止の報告待ち",
                        "ordering": ["report_by", "pk"],
                        "indexes": [models.Index(condition=models.Q(("reported_at", None)), fields=["report_by"], name="stop_unreported_by_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("note", ""), ("reported_at", None), ("reported_by", None), ("stopped_on", None)),
                                    models.Q(("reported_at__isnull", False), ("reported_by__isnull", False), ("stopped_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="stop_reported_by_somebody_with_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reported_at", None),
                                    ("stopped_on__lte", django.db.models.functions.datetime.TruncDate("reported_at", tzinfo=zoneinfo.ZoneInfo(key="Asia/Tokyo"))),
                                    _connector="OR",
                                ),
                                name="stop_reported_after_it_happened",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RevocationList",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.PositiveIntegerField(unique=True, verbose_name="番号")),
                        ("issued_at", models.DateTimeField(verbose_name="発行日時")),
                        ("next_on", models.DateField(verbose_name="次の発行の期限")),
                        ("count", models.PositiveIntegerField(verbose_name="載っているキー")),
                        ("digest", models.CharField(max_length=64, verbose_name="一覧の SHA-256")),
                        ("kid", models.CharField(max_length=16, verbose_name="署名鍵")),
                        ("text", models.TextField(verbose_name="公開した内容")),
                    ],
                    options={
                        "verbose_name": "失効リスト",
                        "verbose_name_plural": "失効リスト",
                        "ordering": ["-number"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1), models.Q(("text", ""), _negated=True), models.Q(("kid", ""), _negated=True)), name="revocation_list_is_whole"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
