"""What changes contracts, and the one way to ask who is covered."""

from contracts.services.certificates import replace_certificate
from contracts.services.closures import tell_of_closures
from contracts.services.coverage import coverage_of, coverage_of_product, coverages_for
from contracts.services.customers import merge_customers, preview_merge, rename_customer
from contracts.services.errors import RefusedError
from contracts.services.invitations import (
    Invited,
    UnusableError,
    accept_invitation,
    hand_over_to_new,
    invitation_of,
    invite,
    invite_again,
    withdraw_invitation,
)
from contracts.services.issuing import document_of, sign_certificates
from contracts.services.mailboxes import invite_for_report, refuse_report, report_dead_mailbox
from contracts.services.orders import (
    orders_hanging_on,
    preview_order,
    record_order,
    withdraw_order,
    wrong_product,
)
from contracts.services.people import (
    change_own_facts,
    change_roles,
    clean_address,
    let_colleague_go,
    manages_people,
    reader_of,
    register_contact,
    rename_contact,
    switch_off_contact,
    switch_on_contact,
    unreached,
    whom_to_write,
)
from contracts.services.provision import end_provision, grant, longest_provision, provide
from contracts.services.reminding import recipients_of, send_reminders, take_back_reminders
from contracts.services.renewals import (
    ShownChangedError,
    accept_renewal_request,
    decline_renewal_request,
    mark_not_renewing,
    may_order,
    not_renewing,
    preview_acceptance,
    send_renewal_request,
    undo_not_renewing,
    why_not_to_order,
    withdraw_renewal_request,
)
from contracts.services.standing import Standing, standing_of
from contracts.services.withdrawn import accepted_under, certificates_of, withdrawn_since

__all__ = [
    "Invited",
    "RefusedError",
    "ShownChangedError",
    "Standing",
    "UnusableError",
    "accept_invitation",
    "accept_renewal_request",
    "accepted_under",
    "certificates_of",
    "change_own_facts",
    "change_roles",
    "clean_address",
    "coverage_of",
    "coverage_of_product",
    "coverages_for",
    "decline_renewal_request",
    "document_of",
    "end_provision",
    "grant",
    "hand_over_to_new",
    "invitation_of",
    "invite",
    "invite_again",
    "invite_for_report",
    "let_colleague_go",
    "longest_provision",
    "manages_people",
    "mark_not_renewing",
    "may_order",
    "merge_customers",
    "not_renewing",
    "orders_hanging_on",
    "preview_acceptance",
    "preview_merge",
    "preview_order",
    "provide",
    "reader_of",
    "recipients_of",
    "record_order",
    "refuse_report",
    "register_contact",
    "rename_contact",
    "rename_customer",
    "replace_certificate",
    "report_dead_mailbox",
    "send_reminders",
    "send_renewal_request",
    "sign_certificates",
    "standing_of",
    "switch_off_contact",
    "switch_on_contact",
    "take_back_reminders",
    "tell_of_closures",
    "undo_not_renewing",
    "unreached",
    "whom_to_write",
    "why_not_to_order",
    "withdraw_invitation",
    "withdraw_order",
    "withdraw_renewal_request",
    "withdrawn_since",
    "wrong_product",
]
