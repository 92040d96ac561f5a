"""Customers, contacts, contracts and past certificates, in files and out.

Services of their own sort: they write many rows at once, in the transaction of an import.
"""

from contracts.imports.certificates import Certificates
from contracts.imports.contacts import Contacts
from contracts.imports.contracts import Contracts
from contracts.imports.customers import Customers

__all__ = ["Certificates", "Contacts", "Contracts", "Customers"]
