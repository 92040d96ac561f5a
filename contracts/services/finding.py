"""Whose is it? A contact found by what staff have at hand."""

from django.db.models import Q, QuerySet

from contracts.models import Contact


def find_contacts(asked: str) -> QuerySet[Contact]:
    """Contacts that can be written to and that every word of `asked` is found in; "" gives all."""
    contacts = Contact.objects.active().select_related("customer", "user")
    for word in asked.split():
        contacts = contacts.filter(
            Q(customer__name__icontains=word)
            | Q(customer__name_kana__icontains=word)
            | Q(customer__number__iexact=word)
            | Q(customer__contracts__number__iexact=word)
            | Q(user__name__icontains=word)
            | Q(user__email__icontains=word)
        )
    return contacts.order_by("customer__name_kana", "customer", "pk").distinct()
