"""Reissues in every state: issued, waiting for its morning, held, refused, withdrawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from licensing import services
from licensing.domain.admission import Server
from licensing.models import Application, Key, KeyDisplay, License
from licensing.services import Wanted
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.demo.data.customers import host_code
from supportdesk.demo.data.inquiries import Happening
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import OTHER_STAFF

Reason = Application.Reason


@dataclass(kw_only=True, slots=True)
class Reissue:
    contract: str
    server: str
    code: int
    acts: Sequence[Happening]
    reason: str = Reason.REPLACEMENT
    note: str = ""
    number: str = field(default="", init=False)


REISSUES = (
    # In time: issued the same day.
    Reissue(contract="S-10482", server="aoba-dn02", code=101, acts=((32, "10:15", "apply", ""),)),
    # After the cut-off: issued at the next opening.
    Reissue(
        contract="S-10611",
        server="seiki-gw2",
        code=102,
        reason=Reason.VIRTUALISATION,
        acts=((2, "17:18", "apply", ""), (0, "10:20", "stop", "電源を切り、撤去しました")),
    ),
    # After today's cut-off, with a provisional key for the weekend, looked at once.
    Reissue(
        contract="S-10483",
        server="aoba-neo2",
        code=108,
        acts=(
            (0, "17:03", "apply", ""),
            (0, "17:04", "provisional", "週末に移行試験を行うため"),
            (0, "17:05", "display", ""),
        ),
    ),
    # After today's cut-off, where it has passed: promised for the next business day.
    Reissue(contract="S-10648", server="kc-neo2", code=103, acts=((0, "17:02", "apply", ""),)),
    # Not covered: staff look, and have not decided yet.
    Reissue(
        contract="S-10677",
        server="nangoku-dn2",
        code=104,
        reason=Reason.FAILURE,
        note="サーバーが故障しました。更新の注文は手配中です。",
        acts=((0, "10:40", "apply", ""),),
    ),
    # Not covered, and refused with the way forward.
    Reissue(
        contract="S-10588",
        server="komorebi-02",
        code=105,
        acts=(
            (14, "11:05", "apply", ""),
            (
                14,
                "14:30",
                "refuse",
                "年間サポートの期間が終わっているためです。再継続年間サポートのご注文をご検討ください。",
            ),
        ),
    ),
    # Held, then accepted by staff: the clock of the key starts there.
    Reissue(
        contract="S-10484",
        server="aoba-osaka2",
        code=106,
        reason=Reason.FAILURE,
        acts=(
            (20, "16:20", "apply", ""),
            (20, "16:45", "accept", "故障のため。更新の注文書を確認済み"),
        ),
    ),
    # Sent back with what is missing: nothing is promised until it comes again.
    Reissue(
        contract="S-10484",
        server="aoba-osaka3",
        code=109,
        acts=(
            (1, "14:10", "apply", ""),
            (
                1,
                "15:30",
                "return",
                "更新のご注文を確認できませんでした。注文番号をご連絡事項にお書きください。",
            ),
        ),
    ),
    Reissue(
        contract="S-10655",
        server="stech-02",
        code=107,
        acts=((11, "17:25", "apply", ""), (11, "17:28", "withdraw", "")),
    ),
)


# The server of a key that was revoked for cause, and when.
REVOKED_SERVER, REVOKED_ON = "yamabiko", (9, "15:20")


def tell_applications(story: Story) -> None:
    story.add(story.moment(*REVOKED_ON), _revoke)
    for reissue in REISSUES:
        for back, wall, verb, words in reissue.acts:
            story.add(story.moment(back, wall), partial(_VERBS[verb], reissue, words))


def _apply(reissue: Reissue, words: str, now: datetime) -> None:
    license_ = License.objects.with_current_key().get(contract__number=reissue.contract)
    key = license_.current_key
    wanted = Wanted(
        license=license_,
        old_server_name=key.server_name if key else "",
        new=Server(name=reissue.server, host_code=host_code(reissue.code)),
        reason=reissue.reason,
        note=reissue.note,
        planned_on=clock.today(now) + timedelta(days=7),
    )
    applicant = license_.contract.customer.contacts.order_by("pk")[0]
    shown = services.preview(wanted, now=now).shown
    sent = services.send_application(
        wanted, applicant=applicant, token=uuid4(), shown=shown, now=now
    )
    reissue.number = sent.number


def _accept(reissue: Reissue, words: str, now: datetime) -> None:
    services.accept_held(_current(reissue), by=_clerk(), note=words, now=now)


def _return(reissue: Reissue, words: str, now: datetime) -> None:
    services.return_to_customer(_current(reissue), by=_clerk(), missing=words, now=now)


def _refuse(reissue: Reissue, words: str, now: datetime) -> None:
    services.refuse(_current(reissue), by=_clerk(), reason=words, now=now)


def _withdraw(reissue: Reissue, words: str, now: datetime) -> None:
    application = _current(reissue)
    services.withdraw(application, by=application.applicant.user, now=now)


def _provisional(reissue: Reissue, words: str, now: datetime) -> None:
    application = _current(reissue)
    services.ask_provisional(application, reason=words, by=application.applicant.user, now=now)


def _display(reissue: Reissue, words: str, now: datetime) -> None:
    application = _current(reissue)
    key = application.keys.latest("issued_at")
    how = KeyDisplay.How.SHOWN
    services.display_key(key, to=application.applicant, how=how, now=now)


def _stop(reissue: Reissue, words: str, now: datetime) -> None:
    application = _current(reissue)
    services.report_stop(
        application,
        stopped_on=clock.today(now),
        note=words,
        by=application.applicant.user,
        now=now,
    )


def _revoke(now: datetime) -> None:
    key = Key.objects.current().get(server_name=REVOKED_SERVER)
    reason = "サーバーが盗まれたとのご連絡をいただいたため"
    services.revoke_key(key, reason=reason, by=_clerk(), now=now)


def _clerk() -> User:
    return User.objects.get(email=OTHER_STAFF.email)


def _current(reissue: Reissue) -> Application:
    return Application.objects.for_pages().get(number=reissue.number)


_VERBS: dict[str, Callable[..., None]] = {
    "apply": _apply,
    "accept": _accept,
    "return": _return,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "provisional": _provisional,
    "display": _display,
    "stop": _stop,
}
