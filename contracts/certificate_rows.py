"""All certificates of a contract, newest first, each with what became of it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from contracts.models import Certificate, Contract
from contracts.words import plain_day


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """`replaced_by` and `withdrawn` say why it counts no longer; both empty for one in force."""

    certificate: Certificate
    replaced_by: str
    withdrawn: bool

    @property
    def in_force(self) -> bool:
        return not (self.replaced_by or self.withdrawn)

    @property
    def span(self) -> tuple[str, str]:
        """First and last day in words."""
        return plain_day(self.certificate.starts_on), plain_day(self.certificate.ends_on)

    @property
    def words(self) -> str:
        """What became of it, as a badge; empty for one in force."""
        if self.withdrawn:
            return _("取り下げ")
        return _("差し替え済み") if self.replaced_by else ""

    @property
    def mark(self) -> tuple[str, str]:
        """The same in the words of the paper, which is Japanese: a word and a sentence."""
        if self.withdrawn:
            return "取り下げ", "取り下げられた証書です。効力はありません。"
        if self.replaced_by:
            return (
                "差し替え済み",
                f"差し替え済みの証書です。証書番号 {self.replaced_by} が有効です。",
            )
        return "", ""


def certificate_rows(contract: Contract) -> list[CertificateRow]:
    """Those that are signed, with what replaced them or ended their order; two queries."""
    signed = Certificate.objects.signed().filter(order__contract=contract)
    found = signed.select_related("order", "replaces", "replaced_by").order_by(
        "-starts_on", "-number"
    )
    return [_row(certificate) for certificate in found]


def _row(certificate: Certificate) -> CertificateRow:
    replacement = certificate.replacement
    return CertificateRow(
        certificate,
        replaced_by=replacement.number if replacement else "",
        withdrawn=certificate.order.withdrawn_at is not None,
    )
