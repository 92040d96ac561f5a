"""A customer gets another name, or goes into another customer; what was printed stays as it was.

Certificates and mails keep the name of their day in themselves; these services keep it findable.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from contracts.models import Customer, CustomerMerge, CustomerName, Invitation
from contracts.services.errors import RefusedError
from supportdesk.accounts.models import User


@dataclass(frozen=True, slots=True)
class Belonging:
    """What of a customer goes over in a merge: the rows of one model, by their keys."""

    model: type[Model]
    field: str
    keys: tuple[int, ...]

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def label(self) -> str:
        return self.model._meta.label


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What would move, as it stood when it was shown."""

    belongings: tuple[Belonging, ...]

    @property
    def seen(self) -> str:
        """Shown and found again at saving, or shown anew."""
        facts = [(one.label, one.keys) for one in self.belongings]
        return sha256(repr(facts).encode()).hexdigest()


def rename_customer(
    customer: Customer, *, name: str, name_kana: str, by: User | None, now: datetime
) -> bool:
    """Give a customer its new name and keep the former one with the day it ended.

    In the caller's transaction. False, and nothing changed, where it has this name already.
    """
    with transaction.atomic():
        locked = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        if (locked.name, locked.name_kana) == (name, name_kana):
            return False
        if locked.name != name:
            CustomerName.objects.create(
                customer=locked,
                name=locked.name,
                name_kana=locked.name_kana,
                changed_at=now,
                changed_by=by,
            )
        Customer.objects.filter(pk=locked.pk).update(name=name, name_kana=name_kana)
    customer.name, customer.name_kana = name, name_kana
    return True


def preview_merge(source: Customer) -> MergePreview:
    """What merging this customer into another would move; changes nothing."""
    found = []
    for model, field in _referring():
        keys = model._default_manager.filter(**{field: source}).order_by("pk")
        if pks := tuple(keys.values_list("pk", flat=True)):
            found.append(Belonging(model, field, pks))
    return MergePreview(tuple(found))


def merge_customers(
    source: Customer, into: Customer, *, seen: str, reason: str, by: User | None, now: datetime
) -> CustomerMerge:
    """Everything of `source` belongs to `into` from now on: contacts, contracts, requests, and by
    them orders, certificates and licences. The row of `source` stays, and its number leads on.

    `seen` is what the preview showed. Raises RefusedError without a reason, where one of them was
    merged already, where they are the same, and where the preview is no longer right. There is no
    undoing: what moved is listed in the row returned.
    """
    if not reason.strip():
        raise RefusedError(_("統合の理由を入力してください。"))
    try:
        with transaction.atomic(durable=True):
            _hold_both(source, into)
            moving = preview_merge(source)
            if moving.seen != seen:
                raise RefusedError(
                    _("確認の後に、移すものが変わりました。もう一度、内容を確認してください。")
                )
            _move(source, into, moving, now)
            return CustomerMerge.objects.create(
                source=source,
                into=into,
                reason=reason,
                moved={one.label: list(one.keys) for one in moving.belongings},
                merged_at=now,
                merged_by=by,
            )
    except IntegrityError as error:
        raise RefusedError(
            _("両方のお客さまに同じものがあるため、統合できません。先に片方を取り消してください。")
        ) from error


def _hold_both(source: Customer, into: Customer) -> None:
    """Nobody adds to either while they are merged. In the order of keys: never a deadlock."""
    both = Customer.objects.select_for_update().filter(pk__in=[source.pk, into.pk])
    if {one.pk for one in both.order_by("pk")} != {source.pk, into.pk} or source == into:
        raise RefusedError(_("統合先には、ほかのお客さまを選んでください。"))
    if CustomerMerge.objects.filter(source__in=[source, into]).exists():
        raise RefusedError(_("すでに統合されたお客さまです。"))


def _move(source: Customer, into: Customer, moving: MergePreview, now: datetime) -> None:
    theirs = Invitation.objects.open().filter(customer=into).values("email")
    Invitation.objects.open().filter(customer=source, email__in=theirs).update(withdrawn_at=now)
    for one in moving.belongings:
        rows = one.model._default_manager.filter(pk__in=one.keys, **{one.field: source})
        rows.update(**{one.field: into})


def _referring() -> list[tuple[type[Model], str]]:
    """Every model with a customer of its own, whichever app it is of; names and merges stay."""
    return [
        (relation.related_model, relation.field.name)
        for relation in Customer._meta.related_objects
        if isinstance(relation.field, ForeignKey)
        and relation.related_model not in (CustomerName, CustomerMerge)
    ]
