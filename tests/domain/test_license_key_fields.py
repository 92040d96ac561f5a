"""A key says the same before signing and after reading."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.key_fields import KeyFields, serial_of

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
fields = st.builds(
    KeyFields,
    serial=words,
    issue_number=st.integers(1, 99),
    klass=st.sampled_from(["regular", "overlap", "provisional"]),
    license_number=words,
    certificate=words,
    product=words,
    quantity=st.integers(1, 100_000),
    host_code=words,
    server_name=words,
    issued_at=st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    valid_from=st.dates(),
    valid_until=st.none() | st.dates(),
    replaces=words,
    replaces_until=st.none() | st.dates(),
)


@given(fields)
def test_a_key_is_read_back_as_it_was_written(key: KeyFields) -> None:
    assert KeyFields.from_document(key.as_document()) == key


def test_an_instant_is_written_in_utc_and_a_day_as_tokyos() -> None:
    key = KeyFields(
        serial=serial_of("L-1001", 2),
        issue_number=2,
        klass="regular",
        license_number="L-1001",
        certificate="",
        product="neo-ds",
        quantity=100,
        host_code="7F3A91C20B6ED541",
        server_name="aoba-app02",
        issued_at=datetime(2026, 11, 24, tzinfo=UTC),
        valid_from=date(2026, 11, 24),
        replaces="L-1001-01",
    )

    assert key.as_document() == {
        "type": "license-key",
        "serial": "L-1001-02",
        "issue": 2,
        "class": "regular",
        "license": "L-1001",
        "product": "neo-ds",
        "quantity": 100,
        "host": "7F3A91C20B6ED541",
        "server": "aoba-app02",
        "issued": "2026-11-24T00:00:00Z",
        "from": "2026-11-24",
        "replaces": "L-1001-01",
    }


def test_another_document_is_no_key() -> None:
    with pytest.raises(ValueError, match="license key"):
        KeyFields.from_document({"type": "certificate"})
