"""The customer's certificates as files: one, or all of a contract in one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from contracts import certificate_document, services
from contracts.certificate_rows import certificate_rows
from contracts.models import Certificate, Contract
from contracts.pdf_files import certificate_name, collection_name, pdf_file
from supportdesk import clock
from supportdesk.accounts.access import customer_required


@require_safe
@customer_required
def certificate(request: HttpRequest, number: str, certificate_number: str) -> HttpResponse:
    """The certificate as it was handed out first; 404 while it is being issued."""
    visible = Certificate.objects.signed().visible_to(request.user).select_related("replaces")
    found = get_object_or_404(visible, number=certificate_number, order__contract__number=number)
    content = services.document_of(found, now=clock.of(request))
    plain = f"certificate-{found.number}.pdf"
    return pdf_file(content, name=certificate_name(found), plain=plain)


@require_safe
@customer_required
def certificates(request: HttpRequest, number: str) -> HttpResponse:
    """Copies of all of a contract's, marked where they count no longer; 404 while there is none."""
    contract = get_object_or_404(Contract.objects.visible_to(request.user), number=number)
    rows = certificate_rows(contract)
    if not rows:
        raise Http404
    name = collection_name(contract)
    content = certificate_document.draw_all(
        [(row.certificate, row.mark) for row in rows], title=f"年間サポート証書 {contract.number}"
    )
    return pdf_file(content, name=name, plain=f"certificates-{contract.number}.pdf")
