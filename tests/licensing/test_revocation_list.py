"""What works no more is on a signed list, published when it changes and once a day."""

from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from licensing import services
from licensing.models import Key, License, RevocationList
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.verifier import Revocations, read_revocations
from tests.at_once import at_once
from tests.builders import a_contact, a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import a_code, a_license
from tests.signing.keys import a_key_ring

NOW = "2026-11-20 10:00"


@pytest.fixture(autouse=True)
def _ring(tmp_path: Path) -> Iterator[None]:
    with a_key_ring(tmp_path, "2026a", "2027a"):
        yield


def publish(wall: str) -> int:
    return services.publish_revocations(now=tokyo(wall))


def published() -> Revocations:
    latest = RevocationList.objects.first()
    assert latest
    return read_revocations(latest.text, keyring.public_keys().keys)


def a_key(license_: License, **ended: object) -> Key:
    """One more key of a licence, not its current one."""
    number = license_.keys.count() + 1
    return Key.objects.create(
        license=license_,
        klass=Key.Class.FOREIGN,
        issue_number=number,
        serial=f"{license_.number}-{number:02d}",
        server_name="aoba-app00",
        host_code=a_code(),
        issued_at=tokyo("2025-11-01 10:00"),
        **ended,
    )


def superseded(license_: License, until: date | None, at: str = "2026-11-01 10:00") -> Key:
    return a_key(license_, superseded_at=tokyo(at), tolerated_until=until)


def revoked(license_: License) -> Key:
    key = license_.keys.get()
    return services.revoke_key(key, reason="漏えい", by=a_staff_member(), now=tokyo(NOW))


pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_list_is_published_though_it_is_empty() -> None:
    assert publish(NOW) == 1

    read = published()
    assert (read.code, read.number, read.serials) == ("ok", 1, frozenset())
    assert read.issued_at == tokyo(NOW)
    assert read.next_on == date(2026, 11, 21)


def test_nothing_is_published_while_nothing_changed_and_a_day_later_it_is() -> None:
    publish(NOW)

    assert publish("2026-11-21 09:59:59") == 0
    assert publish("2026-11-21 10:00") == 1
    assert published().number == 2


def test_a_revoked_key_is_listed_at_once() -> None:
    publish(NOW)
    key = revoked(a_license())

    assert publish("2026-11-20 10:00:01") == 1
    assert published().serials == {key.serial}
    assert publish("2026-11-20 10:00:02") == 0


@pytest.mark.parametrize(
    ("until", "on", "listed"),
    [
        (date(2026, 11, 20), "2026-11-20 23:59:59", False),  # tolerated to the day's end …
        (date(2026, 11, 20), "2026-11-21 00:00", True),  # … in Tokyo
        (None, "2026-11-01 23:59:59", False),
        (None, "2026-11-02 00:00", True),
    ],
)
def test_a_superseded_key_is_listed_when_it_is_tolerated_no_longer(
    until: date | None, on: str, listed: bool
) -> None:
    key = superseded(a_license(), until)
    publish(on)

    assert (key.serial in published().serials) == listed


def test_a_key_in_force_is_never_listed() -> None:
    a_license()
    publish(NOW)

    assert published().serials == frozenset()


def test_a_new_signing_key_signs_a_new_list_at_once() -> None:
    publish(NOW)
    keyring.rotate("2027a", at=tokyo(NOW), wait=timedelta())

    assert publish("2026-11-20 10:00:01") == 1
    assert RevocationList.objects.first().kid == "2027a"  # type: ignore[union-attr]
    assert published().code == "ok"


def test_a_desk_whose_clock_was_moved_back_publishes_for_its_own_day() -> None:
    publish("2027-01-04 09:00")

    assert publish(NOW) == 1
    assert published().next_on == date(2026, 11, 21)


def test_a_serial_with_any_white_space_is_one_line_and_published_once() -> None:
    license_ = a_license()
    Key.objects.filter(license=license_).update(serial="L 1\n2\u2028 3")
    revoked(license_)
    publish(NOW)

    assert published().serials == {"L 1 2 3"}
    assert publish("2026-11-20 10:00:01") == 0


def test_eight_issuers_publish_one_list() -> None:
    done = at_once(*[lambda: publish(NOW)] * 8)

    assert sum(done) == 1
    assert RevocationList.objects.count() == 1


def test_its_age_is_told_and_one_that_is_overdue_is_stale() -> None:
    assert services.list_standing(now=tokyo(NOW)).state == "missing"
    publish(NOW)

    found = services.list_standing(now=tokyo("2026-11-20 13:00"))
    assert (found.state, found.age) == ("fresh", timedelta(hours=3))
    assert services.list_standing(now=tokyo("2026-11-21 23:59")).state == "fresh"
    assert services.list_standing(now=tokyo("2026-11-22 00:00")).state == "stale"


def test_ten_thousand_keys_fit() -> None:
    license_ = a_license()
    gone = {"superseded_at": tokyo("2026-11-01 10:00"), "tolerated_until": date(2026, 11, 2)}
    Key.objects.bulk_create(
        Key(
            license=license_,
            klass=Key.Class.FOREIGN,
            issue_number=number,
            serial=f"{license_.number}-{number:05d}",
            server_name="aoba-app00",
            host_code=a_code(),
            issued_at=tokyo("2025-11-01 10:00"),
            **gone,
        )
        for number in range(2, 10_002)
    )
    publish(NOW)

    assert len(published().serials) == 10_000


# --- Revoking for cause -----------------------------------------------------------------------


def test_a_revoked_key_keeps_when_by_whom_and_why() -> None:
    license_ = a_license()
    staff = a_staff_member()
    key = services.revoke_key(license_.keys.get(), reason=" 漏えい ", by=staff, now=tokyo(NOW))

    assert (key.revoked_at, key.revocation_reason, key.revoked_by) == (tokyo(NOW), "漏えい", staff)
    assert license_.current_key is None


@pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
def test_a_key_is_not_revoked_without_a_reason(reason: str) -> None:
    key = a_license().keys.get()
    with pytest.raises(ValueError, match="reason"):
        services.revoke_key(key, reason=reason, by=a_staff_member(), now=tokyo(NOW))

    key.refresh_from_db()
    assert key.revoked_at is None


def test_two_staff_revoke_once_and_the_second_is_told() -> None:
    license_ = a_license()
    key = license_.keys.get()
    revoked(license_)

    with pytest.raises(services.AlreadyRevokedError) as refused:
        services.revoke_key(key, reason="別の理由", by=a_staff_member(), now=tokyo(NOW))

    assert refused.value.key.revocation_reason == "漏えい"
    assert Mail.objects.filter(kind="key_revoked").count() == 1


def test_contract_and_technical_contacts_are_told_in_their_language() -> None:
    chief = a_contact()
    license_ = a_license(chief)
    admin = a_contact(chief.customer)
    other = a_contact(chief.customer)
    for contact, roles in ((chief, (True, False)), (admin, (False, True)), (other, (False, False))):
        contact.is_contract, contact.is_technical = roles
        contact.save(update_fields=["is_contract", "is_technical"])
    admin.user.language = "en"
    admin.user.save(update_fields=["language"])
    key = revoked(license_)

    mails = {mail.recipient: mail for mail in Mail.objects.filter(kind="key_revoked")}
    assert set(mails) == {chief.email, admin.email}
    assert key.serial in mails[chief.email].subject
    told = message_from_bytes(bytes(mails[chief.email].content), policy=policy.default)
    body = told.get_body()
    assert body is not None
    assert all(each in body.get_content() for each in (key.serial, "漏えい", key.server_name))
