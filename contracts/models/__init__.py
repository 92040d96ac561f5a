"""What the desk remembers of customers and their contracts. Only services write here."""

from contracts.models.certificates import Certificate, CertificateDocument
from contracts.models.contracts import Contract, Order, Product, Provision
from contracts.models.invitations import Invitation, MailboxReport
from contracts.models.people import Contact, Customer, CustomerMerge, CustomerName, Viewer
from contracts.models.renewals import LastOrder, Nonrenewal, Reminder, RenewalRequest

__all__ = [
    "Certificate",
    "CertificateDocument",
    "Contact",
    "Contract",
    "Customer",
    "CustomerMerge",
    "CustomerName",
    "Invitation",
    "LastOrder",
    "MailboxReport",
    "Nonrenewal",
    "Order",
    "Product",
    "Provision",
    "Reminder",
    "RenewalRequest",
    "Viewer",
]
