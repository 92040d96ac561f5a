"""The app's tables, in one step for the many that it replaces."""

# One field a line, however long.
# fmt: off

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from supportdesk.migrating import Together

# What a certificate says stays as it was on its day; a signature, once there is one, too.
NEVER_ALTERED = """
CREATE FUNCTION certificate_is_never_altered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.number, OLD.order_id, OLD.issued_on, OLD.entitled_from, OLD.starts_on, OLD.ends_on,
            OLD.customer_name, OLD.product_code, OLD.product_name, OLD.support_name, OLD.quantity,
            OLD.contract_number, OLD.site, OLD.kind, OLD.support_service_number, OLD.printed,
            OLD.replaces_id, OLD.reason)
           IS NOT DISTINCT FROM
           (NEW.number, NEW.order_id, NEW.issued_on, NEW.entitled_from, NEW.starts_on, NEW.ends_on,
            NEW.customer_name, NEW.product_code, NEW.product_name, NEW.support_name, NEW.quantity,
            NEW.contract_number, NEW.site, NEW.kind, NEW.support_service_number, NEW.printed,
            NEW.replaces_id, NEW.reason)
           AND (OLD.signed_at IS NULL
                OR (OLD.signed_at, OLD.signed_text, OLD.kid)
                   IS NOT DISTINCT FROM (NEW.signed_at, NEW.signed_text, NEW.kid))
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'certificate % is never altered (3-4)', OLD.number
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER certificate_is_never_altered BEFORE UPDATE OR DELETE ON contracts_certificate
    FOR EACH ROW EXECUTE FUNCTION certificate_is_never_altered();

CREATE FUNCTION certificate_document_is_never_altered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the document of certificate id % is never altered (3-4)', OLD.certificate_id
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER certificate_document_is_never_altered
    BEFORE UPDATE OR DELETE ON contracts_certificatedocument
    FOR EACH ROW EXECUTE FUNCTION certificate_document_is_never_altered();
"""
ALTERABLE = """
DROP TRIGGER certificate_document_is_never_altered ON contracts_certificatedocument;
DROP FUNCTION certificate_document_is_never_altered;
DROP TRIGGER certificate_is_never_altered ON contracts_certificate;
DROP FUNCTION certificate_is_never_altered;
"""


class Migration(migrations.Migration):
    replaces = [
        ("contracts", "0001_initial"),
        ("contracts", "0002_provisions"),
        ("contracts", "0003_certificate_facts"),
        ("contracts", "0004_people"),
        ("contracts", "0005_renewals"),
    ]

    initial = True

    dependencies = [
        ("supportdesk", "0001_desk_now"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Customer",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="お客さま番号")),
                        ("name", models.CharField(max_length=120, verbose_name="会社名")),
                        ("name_kana", models.CharField(blank=True, max_length=160, verbose_name="会社名（フリガナ）")),
                        ("note", models.TextField(blank=True, verbose_name="社内メモ")),
                    ],
                    options={
                        "verbose_name": "お客さま",
                        "verbose_name_plural": "お客さま",
                        "ordering": ["name_kana", "number"],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="製品コード")),
                        ("name", models.CharField(max_length=120, unique=True, verbose_name="製品名")),
                        ("support_name", models.CharField(max_length=160, verbose_name="年間サポートの商品名")),
                        ("recontinuation_name", models.CharField(max_length=160, verbose_name="再継続年間サポートの商品名")),
                    ],
                    options={
                        "verbose_name": "製品",
                        "verbose_name_plural": "製品",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.SlugField(max_length=20, unique=True, verbose_name="契約番号")),
                        ("site", models.CharField(blank=True, help_text="例：本社", max_length=80, verbose_name="設置先")),
                        ("quantity", models.PositiveIntegerField(default=1, verbose_name="数量")),
                        ("purchased_on", models.DateField(blank=True, null=True, verbose_name="初回ライセンス購入日")),
                        ("support_service_number", models.CharField(blank=True, max_length=30, verbose_name="サポートサービス番号")),
                        ("customised", models.BooleanField(default=False, verbose_name="カスタマイズ")),
                        ("customisation_note", models.TextField(blank=True, verbose_name="カスタマイズの内容")),
                        ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="contracts.customer", verbose_name="お客さま")),
                        ("product", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="contracts.product", verbose_name="製品")),
                    ],
                    options={
                        "verbose_name": "契約",
                        "verbose_name_plural": "契約",
                        "ordering": ["customer", "product", "number"],
                        "constraints": [models.CheckConstraint(condition=models.Q(("quantity__gte", 1)), name="contract_quantity_is_positive")],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name_kana", models.CharField(blank=True, max_length=120, verbose_name="氏名（フリガナ）")),
                        ("department", models.CharField(blank=True, max_length=120, verbose_name="部署")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="電話番号")),
                        ("is_contract", models.BooleanField(default=False, verbose_name="契約の担当")),
                        ("is_technical", models.BooleanField(default=False, verbose_name="技術の担当")),
                        ("is_renewal", models.BooleanField(default=False, verbose_name="更新の担当")),
                        ("is_active", models.BooleanField(default=True, verbose_name="有効")),
                        ("user", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="contact", to=settings.AUTH_USER_MODEL, verbose_name="利用者")),
                        ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="contracts.customer", verbose_name="お客さま")),
                        (
                            "replaced_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="predecessors", to="contracts.contact", verbose_name="後任"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ご担当者",
                        "verbose_name_plural": "ご担当者",
                        "ordering": ["customer", "pk"],
                        "constraints": [models.CheckConstraint(condition=models.Q(("replaced_by", models.F("pk")), _negated=True), name="contact_replaced_by_another")],
                    },
                ),
                migrations.CreateModel(
                    name="Order",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("initial", "初年度"), ("renewal", "更新"), ("late_renewal", "満了後の更新"), ("recontinuation", "再継続")],
                                max_length=20,
                                verbose_name="種類",
                            ),
                        ),
                        ("accepted_on", models.DateField(verbose_name="受付日")),
                        ("customer_order_number", models.CharField(blank=True, max_length=60, verbose_name="お客さまの注文番号")),
                        ("entitled_from", models.DateField(verbose_name="サポートを受けられる最初の日")),
                        ("starts_on", models.DateField(verbose_name="期間の始まり")),
                        ("ends_on", models.DateField(verbose_name="期間の終わり")),
                        ("decision", models.JSONField(verbose_name="期間の決まり方")),
                        ("decision_note", models.TextField(blank=True, verbose_name="確認した内容と判断")),
                        ("recorded_at", models.DateTimeField(verbose_name="登録日時")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げ日時")),
                        ("withdrawal_reason", models.TextField(blank=True, verbose_name="取り下げの理由")),
                        ("contract", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="contracts.contract", verbose_name="契約")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登録した人"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="取り下げた人"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                blank=True,
                                choices=[("web", "Web フォーム"), ("fax", "FAX"), ("letter", "郵便"), ("sales", "営業担当"), ("telephone", "電話")],
                                max_length=20,
                                verbose_name="受付の方法",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "注文",
                        "verbose_name_plural": "注文",
                        "ordering": ["-accepted_on", "-pk"],
                        "indexes": [models.Index(condition=models.Q(("withdrawn_at", None)), fields=["ends_on"], name="order_standing_by_end")],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                                expressions=[
                                    ("contract", "="),
                                    (
                                        models.Func(
                                            "starts_on",
                                            "ends_on",
                                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="order_periods_never_overlap",
                                violation_error_message="この契約には、同じ日を含む期間がすでに登録されています",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("entitled_from__lte", models.F("starts_on")), ("starts_on__lte", models.F("ends_on"))), name="order_dates_are_in_order"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("withdrawn_at", None), models.Q(("withdrawal_reason", ""), _negated=True), _connector="OR"),
                                name="order_withdrawal_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Certificate",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="証書番号")),
                        ("issued_on", models.DateField(verbose_name="発行日")),
                        ("starts_on", models.DateField(verbose_name="期間の始まり")),
                        ("ends_on", models.DateField(verbose_name="期間の終わり")),
                        ("reason", models.TextField(blank=True, verbose_name="差し替えの理由")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="発行した人"
                            ),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="contracts.certificate",
                                verbose_name="差し替え前の証書",
                            ),
                        ),
                        ("order", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="contracts.order", verbose_name="注文")),
                        ("entitled_from", models.DateField(verbose_name="サポートを受けられる最初の日")),
                        ("customer_name", models.CharField(max_length=120, verbose_name="宛名")),
                        ("product_code", models.CharField(max_length=40, verbose_name="製品コード")),
                        ("product_name", models.CharField(max_length=120, verbose_name="製品名")),
                        ("support_name", models.CharField(max_length=160, verbose_name="年間サポートの商品名")),
                        ("quantity", models.PositiveIntegerField(verbose_name="数量")),
                        ("contract_number", models.CharField(max_length=20, verbose_name="契約番号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("initial", "初年度"), ("renewal", "更新"), ("late_renewal", "満了後の更新"), ("recontinuation", "再継続")],
                                max_length=20,
                                verbose_name="種類",
                            ),
                        ),
                        ("printed", models.JSONField(verbose_name="発行元と窓口の表記")),
                        ("site", models.CharField(blank=True, max_length=80, verbose_name="設置先")),
                        ("support_service_number", models.CharField(blank=True, max_length=30, verbose_name="サポートサービス番号")),
                        ("announce", models.BooleanField(default=True, verbose_name="メールで送る")),
                        ("signed_text", models.TextField(blank=True, verbose_name="署名済みの記載")),
                        ("kid", models.CharField(blank=True, max_length=16, verbose_name="署名の鍵")),
                        ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="署名日時")),
                        ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="署名できなかった日時")),
                        ("failure", models.TextField(blank=True, verbose_name="署名できない理由")),
                    ],
                    options={
                        "verbose_name": "年間サポート証書",
                        "verbose_name_plural": "年間サポート証書",
                        "ordering": ["-number"],
                        "indexes": [models.Index(condition=models.Q(("signed_at", None)), fields=["announce", "id"], name="certificate_to_be_signed")],
                        "constraints": [
                            models.UniqueConstraint(condition=models.Q(("replaces", None)), fields=("order",), name="certificate_one_original_per_order"),
                            models.CheckConstraint(
                                condition=models.Q(("replaces", None), models.Q(("reason", ""), _negated=True), _connector="OR"), name="certificate_replacement_has_a_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("entitled_from__lte", models.F("starts_on")), ("starts_on__lte", models.F("ends_on"))), name="certificate_dates_are_in_order"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kid", ""), ("signed_at", None), ("signed_text", "")),
                                    models.Q(("signed_at__isnull", False), models.Q(("signed_text", ""), _negated=True), models.Q(("kid", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="certificate_signature_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Provision",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("starts_on", models.DateField(verbose_name="対応の始まり")),
                        ("ends_on", models.DateField(verbose_name="対応の終わり")),
                        ("granted_until", models.DateField(verbose_name="認めた期限")),
                        ("reason", models.CharField(max_length=200, verbose_name="認めた理由")),
                        ("granted_at", models.DateTimeField(verbose_name="認めた日時")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="終わらせた日時")),
                        ("contract", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="provisions", to="contracts.contract", verbose_name="契約")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="終わらせた人"
                            ),
                        ),
                        ("granted_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="認めた人")),
                    ],
                    options={
                        "verbose_name": "証書の発行待ちの対応",
                        "verbose_name_plural": "証書の発行待ちの対応",
                        "ordering": ["-granted_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("granted_until__gte", models.F("starts_on")), ("granted_until__gte", models.F("ends_on"))), name="provision_dates_are_in_order"
                            ),
                            models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="provision_has_a_reason"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_by", None), ("ends_on", models.F("granted_until"))),
                                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="provision_ended_by_somebody",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                expressions=[
                                    ("contract", "="),
                                    (
                                        models.Func(
                                            "starts_on",
                                            "ends_on",
                                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="provisions_never_overlap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CertificateDocument",
                    fields=[
                        (
                            "certificate",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="document",
                                serialize=False,
                                to="contracts.certificate",
                                verbose_name="年間サポート証書",
                            ),
                        ),
                        ("pdf", models.BinaryField(verbose_name="PDF")),
                        ("drawn_at", models.DateTimeField(verbose_name="作成日時")),
                    ],
                    options={
                        "verbose_name": "証書のPDF",
                        "verbose_name_plural": "証書のPDF",
                    },
                ),
                migrations.CreateModel(
                    name="CustomerMerge",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("reason", models.TextField(verbose_name="統合の理由")),
                        ("moved", models.JSONField(verbose_name="移したもの")),
                        ("merged_at", models.DateTimeField(verbose_name="統合日時")),
                        ("into", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="contracts.customer", verbose_name="統合先のお客さま")),
                        (
                            "merged_by",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="統合した人"),
                        ),
                        (
                            "source",
                            models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="merge", to="contracts.customer", verbose_name="統合前のお客さま"),
                        ),
                    ],
                    options={
                        "verbose_name": "お客さまの統合",
                        "verbose_name_plural": "お客さまの統合",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("source", models.F("into")), _negated=True), name="customer_merges_into_another"),
                            models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="customer_merge_has_a_reason"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerName",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=120, verbose_name="会社名")),
                        ("name_kana", models.CharField(blank=True, max_length=160, verbose_name="会社名（フリガナ）")),
                        ("changed_at", models.DateTimeField(verbose_name="変更日時")),
                        (
                            "changed_by",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="変更した人"),
                        ),
                        ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="former_names", to="contracts.customer", verbose_name="お客さま")),
                    ],
                    options={
                        "verbose_name": "以前の会社名",
                        "verbose_name_plural": "以前の会社名",
                        "ordering": ["-changed_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("is_contract", models.BooleanField(default=False, verbose_name="契約の担当")),
                        ("is_technical", models.BooleanField(default=False, verbose_name="技術の担当")),
                        ("is_renewal", models.BooleanField(default=False, verbose_name="更新の担当")),
                        ("email", models.EmailField(max_length=254, verbose_name="メールアドレス")),
                        ("name", models.CharField(max_length=80, verbose_name="氏名")),
                        ("language", models.CharField(choices=[("ja", "日本語"), ("en", "English")], max_length=2, verbose_name="招待メールのことば")),
                        ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                        ("sent_at", models.DateTimeField(verbose_name="送信日時")),
                        ("expires_at", models.DateTimeField(verbose_name="期限")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="登録日時")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消し日時")),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="contracts.contact", verbose_name="ご担当者"
                            ),
                        ),
                        ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="contracts.customer", verbose_name="お客さま")),
                        (
                            "invited_by",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="招待した人"),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contact", verbose_name="引き継ぐ前の方"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "招待",
                        "verbose_name_plural": "招待",
                        "ordering": ["-sent_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(condition=models.Q(("accepted_at", None), ("withdrawn_at", None)), fields=("customer", "email"), name="invitation_open_once"),
                            models.CheckConstraint(condition=models.Q(("accepted_at", None), ("withdrawn_at", None), _connector="OR"), name="invitation_accepted_or_withdrawn"),
                            models.CheckConstraint(
                                condition=models.Q(("accepted_at", None), ("contact__isnull", False), _connector="XOR"), name="invitation_accepted_by_a_contact"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("accepted_at", None), ("accepted_at__lt", models.F("expires_at")), _connector="OR"), name="invitation_accepted_in_time"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_contract", True), ("is_technical", True), ("is_renewal", True), _connector="OR"), name="invitation_has_a_role"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailboxReport",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("contract_number", models.CharField(max_length=40, verbose_name="契約番号")),
                        ("support_service_number", models.CharField(max_length=40, verbose_name="サポートサービス番号")),
                        ("name", models.CharField(max_length=80, verbose_name="氏名")),
                        ("email", models.EmailField(max_length=254, verbose_name="新しいメールアドレス")),
                        ("words", models.TextField(blank=True, max_length=1000, verbose_name="ご連絡の内容")),
                        ("received_at", models.DateTimeField(verbose_name="受付日時")),
                        (
                            "state",
                            models.CharField(choices=[("open", "確認待ち"), ("invited", "招待済み"), ("refused", "見送り")], default="open", max_length=10, verbose_name="状態"),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="対応日時")),
                        ("note", models.TextField(blank=True, verbose_name="確かめたこと")),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mailbox_reports",
                                to="contracts.contract",
                                verbose_name="一致した契約",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="対応した人"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "届かないメールの連絡",
                        "verbose_name_plural": "届かないメールの連絡",
                        "ordering": ["-received_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("state", "open")),
                                    models.Q(models.Q(("state", "open"), _negated=True), models.Q(("note", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="mailbox_report_decided_for_a_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Nonrenewal",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                        ("marked_at", models.DateTimeField(verbose_name="記録した日時")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                        ("marked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="記録した人")),
                        ("order", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="nonrenewals", to="contracts.order", verbose_name="注文")),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="取り消した人"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "更新しない契約",
                        "verbose_name_plural": "更新しない契約",
                        "ordering": ["-marked_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(condition=models.Q(("undone_at", None)), fields=("order",), name="nonrenewal_one_standing"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("undone_at", None), ("undone_by", None)), models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)), _connector="OR"
                                ),
                                name="nonrenewal_undone_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("stage", models.SmallIntegerField(verbose_name="満了までの日数")),
                        ("expires_on", models.DateField(verbose_name="満了日")),
                        ("reminded_at", models.DateTimeField(verbose_name="案内した日時")),
                        ("told_staff", models.BooleanField(default=False, verbose_name="担当者への知らせ")),
                        ("contacts", models.ManyToManyField(related_name="+", to="contracts.contact", verbose_name="宛先")),
                        ("order", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="contracts.order", verbose_name="注文")),
                    ],
                    options={
                        "verbose_name": "更新のご案内",
                        "verbose_name_plural": "更新のご案内",
                        "ordering": ["-reminded_at", "-pk"],
                        "constraints": [models.UniqueConstraint(fields=("order", "stage", "expires_on"), name="reminder_once_for_a_stage")],
                    },
                ),
                migrations.CreateModel(
                    name="RenewalRequest",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="受付番号")),
                        ("sent_at", models.DateTimeField(verbose_name="送信日時")),
                        ("recontinuation", models.BooleanField(default=False, verbose_name="再継続年間サポートの注文")),
                        ("customer_order_number", models.CharField(blank=True, max_length=60, verbose_name="お客さまの注文番号")),
                        ("note", models.TextField(blank=True, verbose_name="ご連絡事項")),
                        ("shown", models.JSONField(verbose_name="送信時に表示した期間")),
                        ("token", models.UUIDField(editable=False, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "受付待ち"), ("accepted", "受け付けました"), ("declined", "お受けできません"), ("withdrawn", "取り下げ")],
                                default="open",
                                max_length=10,
                                verbose_name="状態",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="受付・お断り・取り下げの日時")),
                        ("reason", models.TextField(blank=True, verbose_name="理由")),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="判断した人"
                            ),
                        ),
                        ("contract", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="renewal_requests", to="contracts.contract", verbose_name="契約")),
                        (
                            "order",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewal_request",
                                to="contracts.order",
                                verbose_name="登録した注文",
                            ),
                        ),
                        ("requested_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contact", verbose_name="注文された方")),
                    ],
                    options={
                        "verbose_name": "更新のご注文",
                        "verbose_name_plural": "更新のご注文",
                        "ordering": ["-sent_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("contract",), name="renewal_request_one_open_per_contract"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("order__isnull", False), ("state", "accepted")),
                                    models.Q(models.Q(("state", "accepted"), _negated=True), ("order", None)),
                                    _connector="OR",
                                ),
                                name="renewal_request_accepted_has_an_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("state", "open")),
                                    models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="renewal_request_closed_has_its_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(models.Q(("state", "declined"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                                name="renewal_request_declined_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LastOrder",
                    fields=[],
                    options={
                        "verbose_name": "満了と更新",
                        "verbose_name_plural": "満了と更新",
                        "ordering": ["ends_on", "contract"],
                        "proxy": True,
                    },
                    bases=("contracts.order",),
                ),
            ],
        ),
        migrations.RunSQL(NEVER_ALTERED, ALTERABLE),
    ]
