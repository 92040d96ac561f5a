from datetime import date
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

KINDS = [
    ("initial", "初年度"),
    ("renewal", "更新"),
    ("late_renewal", "満了後の更新"),
    ("recontinuation", "再継続"),
]

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


def fill_the_facts(apps: Any, schema_editor: Any) -> None:
    """Certificates from before: what they would print today, and no mail about them."""
    certificates = apps.get_model("contracts", "Certificate").objects
    rows = certificates.select_related("order__contract__customer", "order__contract__product")
    for certificate in rows.iterator():
        order, contract = certificate.order, certificate.order.contract
        product, again = contract.product, order.kind == "recontinuation"
        in_advance = order.entitled_from < order.starts_on
        certificates.filter(pk=certificate.pk).update(
            entitled_from=min(order.entitled_from, certificate.starts_on)
            if in_advance
            else certificate.starts_on,
            customer_name=contract.customer.name,
            product_code=product.code,
            product_name=product.name,
            support_name=product.recontinuation_name if again else product.support_name,
            quantity=contract.quantity,
            contract_number=contract.number,
            site=contract.site,
            kind=order.kind,
            support_service_number=contract.support_service_number,
            printed={
                "issuer": settings.ISSUER_NAME,
                "issuer_address": settings.ISSUER_ADDRESS,
                "desk": "年間サポートデスク",
                "desk_url": settings.SITE_URL,
                "hours": "9:00〜12:00、13:00〜17:30（土日・祝日・当社休業日を除く）",
                "terms": "",
            },
            announce=False,
        )


def added(name: str, field: Any, empty: Any) -> migrations.AddField:
    """A column that is filled below: the empty value never stays."""
    field.default = empty
    return migrations.AddField("certificate", name, field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_provisions")]

    operations = [
        added("entitled_from", models.DateField("サポートを受けられる最初の日"), date(2000, 1, 1)),
        added("customer_name", models.CharField("宛名", max_length=120), ""),
        added("product_code", models.CharField("製品コード", max_length=40), ""),
        added("product_name", models.CharField("製品名", max_length=120), ""),
        added("support_name", models.CharField("年間サポートの商品名", max_length=160), ""),
        added("quantity", models.PositiveIntegerField("数量"), 1),
        added("contract_number", models.CharField("契約番号", max_length=20), ""),
        added("kind", models.CharField("種類", max_length=20, choices=KINDS), "initial"),
        added("printed", models.JSONField("発行元と窓口の表記"), dict),
        added("site", models.CharField("設置先", max_length=80, blank=True), ""),
        added(
            "support_service_number",
            models.CharField("サポートサービス番号", max_length=30, blank=True),
            "",
        ),
        migrations.AddField(
            "certificate", "announce", models.BooleanField("メールで送る", default=True)
        ),
        added("signed_text", models.TextField("署名済みの記載", blank=True), ""),
        added("kid", models.CharField("署名の鍵", max_length=16, blank=True), ""),
        migrations.AddField(
            "certificate", "signed_at", models.DateTimeField("署名日時", null=True, blank=True)
        ),
        migrations.AddField(
            "certificate",
            "failed_at",
            models.DateTimeField("署名できなかった日時", null=True, blank=True),
        ),
        added("failure", models.TextField("署名できない理由", blank=True), ""),
        migrations.CreateModel(
            name="CertificateDocument",
            fields=[
                (
                    "certificate",
                    models.OneToOneField(
                        "contracts.certificate",
                        models.PROTECT,
                        primary_key=True,
                        serialize=False,
                        related_name="document",
                        verbose_name="年間サポート証書",
                    ),
                ),
                ("pdf", models.BinaryField("PDF")),
                ("drawn_at", models.DateTimeField("作成日時")),
            ],
            options={"verbose_name": "証書のPDF", "verbose_name_plural": "証書のPDF"},
        ),
        migrations.RunPython(fill_the_facts, migrations.RunPython.noop),
        migrations.RunSQL(NEVER_ALTERED, ALTERABLE),
        migrations.RemoveConstraint("certificate", "certificate_dates_are_in_order"),
        migrations.AddConstraint(
            "certificate",
            models.CheckConstraint(
                condition=Q(entitled_from__lte=F("starts_on"), starts_on__lte=F("ends_on")),
                name="certificate_dates_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            "certificate",
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_text="", kid="")
                | (Q(signed_at__isnull=False) & ~Q(signed_text="") & ~Q(kid="")),
                name="certificate_signature_is_whole",
            ),
        ),
        migrations.AddIndex(
            "certificate",
            models.Index(
                fields=["announce", "id"],
                condition=Q(signed_at=None),
                name="certificate_to_be_signed",
            ),
        ),
    ]
