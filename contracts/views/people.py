"""ご担当者: who of one's organisation has access, as contract contacts manage it; and oneself."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts import services
from contracts.forms.portal_people import (
    ROLES,
    InviteForm,
    LeaveForm,
    ProfileForm,
    RolesForm,
)
from contracts.models import Contact, Customer, Invitation
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person


@customer_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the organisation, those who left, and who is invited."""
    customer, now = _customer(request), clock.of(request)
    contacts = customer.contacts.select_related("user", "replaced_by__user").order_by("pk")
    active = [one for one in contacts if one.is_active and one.user.is_active]
    invitations = customer.invitations.open().select_related("invited_by", "replaces__user")
    context = {
        "customer": customer,
        "active": active,
        "left": [one for one in contacts if one not in active],
        "unreached": services.unreached(active, now=now),
        "invitations": [(one, one.has_expired(now)) for one in invitations],
        "manages": services.manages_people(person(request), customer),
        "roles": ROLES.values(),
    }
    return render(request, "contracts/people.html", context)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    customer = _managed(request)
    form = InviteForm(typed(request), initial={"language": translation.get_language() or "ja"})
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(customer, form.invited(), by=person(request), now=clock.of(request))
        except services.RefusedError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("招待のメールをお送りしました。24時間のあいだ使えます。"))
            return redirect("contracts:people")
    return render(request, "contracts/people_invite.html", {"form": form})


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person is there for."""
    contact = _colleague(request, pk)
    form = RolesForm.of(contact, typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_roles(
                contact, **form.chosen_roles(), by=person(request), now=clock.of(request)
            )
        except services.RefusedError as error:
            form.add_error("roles", str(error))
        else:
            told = _("%(name)s 様の役割を変更しました。") % {"name": contact.name}
            messages.success(request, told)
            return redirect("contracts:people")
    return render(request, "contracts/people_roles.html", {"form": form, "contact": contact})


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody left, or gets no mail any more: end their access, and say who takes over."""
    contact = _colleague(request, pk)
    others = contact.customer.contacts.active().exclude(pk=contact.pk).select_related("user")
    form = LeaveForm(
        typed(request),
        colleagues=list(others.order_by("pk")),
        initial={"language": translation.get_language() or "ja"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _let_go(request, contact, form)
        except services.RefusedError as error:
            form.add_error("successor", str(error))
        else:
            told = _("%(name)s 様のアクセスを止めました。") % {"name": contact.name}
            messages.success(request, told)
            return redirect("contracts:people")
    context = {
        "form": form,
        "contact": contact,
        "himself": contact.user_id == request.user.pk,
        "unreached": services.unreached([contact], now=clock.of(request)),
    }
    return render(request, "contracts/people_leave.html", context)


def _let_go(request: HttpRequest, contact: Contact, form: LeaveForm) -> None:
    by, now = person(request), clock.of(request)
    if form.invites:
        services.hand_over_to_new(contact, form.invited(contact), by=by, now=now)
    else:
        successor = form.successor_contact
        services.let_colleague_go(contact, successor=successor, by=by, now=now)


@customer_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation once more; the link before counts no more."""
    return _with_invitation(request, pk, services.invite_again, _("招待のメールを送り直しました。"))


@customer_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_invitation(request, pk, services.withdraw_invitation, _("招待を取り消しました。"))


def _with_invitation(
    request: HttpRequest, pk: int, act: Callable[..., object], done: str
) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk, customer=_managed(request))
    try:
        act(invitation, by=person(request), now=clock.of(request))
    except services.RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("contracts:people")


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What one says about oneself, and the language one is spoken to in."""
    user, contact = person(request), person(request).contact
    language = user.language or translation.get_language() or "ja"
    form = ProfileForm.of(contact, language, typed(request))
    if request.method == "POST" and form.is_valid():
        services.change_own_facts(contact, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("プロフィールを保存しました。"))
        return redirect("contracts:profile")
    return render(request, "contracts/profile.html", {"form": form, "contact": contact})


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it was nothing."""
    return request.POST if request.method == "POST" else None


def _customer(request: HttpRequest) -> Customer:
    """One's own organisation; nobody's for a contact who was switched off."""
    visible = Customer.objects.visible_to(person(request))
    return get_object_or_404(visible, pk=person(request).contact.customer_id)


def _managed(request: HttpRequest) -> Customer:
    customer = _customer(request)
    if not services.manages_people(person(request), customer):
        raise PermissionDenied
    return customer


def _colleague(request: HttpRequest, pk: int) -> Contact:
    """An active person of one's own organisation, for somebody who may change them."""
    contacts = _managed(request).contacts.active().select_related("user", "customer")
    return get_object_or_404(contacts, pk=pk)
