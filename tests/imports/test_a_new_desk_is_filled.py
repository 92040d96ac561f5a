"""Customers, their people, contracts and past certificates come in from a spreadsheet."""

from datetime import date

import pytest

from contracts.models import Certificate, Contact, Contract, Customer, Order
from contracts.services import coverage_of
from tests.builders import a_product
from tests.imports.files import counts, imported

pytestmark = pytest.mark.django_db

CUSTOMERS = """お客さま番号,会社名,会社名（フリガナ）,社内メモ
C-0001,株式会社①㈱髙﨑～,かぶしきがいしゃタカサキ,
C-0002,あおば工業,,"2行の
メモ"
"""
CONTACTS = """メールアドレス,お客さま番号,氏名,電話番号,契約の担当,技術の担当
SASAKI@aoba.example,C-0002,佐々木 亮,０３－１２３４－５６７８,○,はい
kato@aoba.example,C-0001,加藤 瞳,,1,
"""
CONTRACTS = """契約番号,お客さま番号,製品コード,設置先,数量,初回ライセンス購入日
S-1001,C-0001,product-x,本社,"1,000",令和7年3月12日
S-1002,C-0002,製品X,,,
"""
CERTIFICATES = """証書番号,契約番号,種類,受付日,期間の始まり,期間の終わり,replaces,reason
2025-000009,S-1001,初年度,2025/3/12,2025/4/1,2026/3/31,,
2025-000010,S-1001,初年度,2025/3/12,2025/4/1,2026/4/15,2025-000009,期限の訂正
A-77,S-1001,更新,2026/3/1,2026/4/16,2027/4/15,,
"""


def test_a_desk_is_filled_in_four_files() -> None:
    product = a_product("製品X")
    type(product).objects.filter(pk=product.pk).update(code="product-x")
    assert counts(imported("customers", CUSTOMERS)) == (2, 0, 0, 0)
    assert counts(imported("contacts", CONTACTS)) == (2, 0, 0, 0)
    assert counts(imported("contracts", CONTRACTS)) == (2, 0, 0, 0)
    assert counts(imported("certificates", CERTIFICATES)) == (3, 0, 0, 0)

    first = Customer.objects.get(number="C-0001")
    assert first.name == "株式会社①㈱髙﨑～"
    assert first.name_kana == "カブシキガイシャタカサキ"
    assert Customer.objects.get(number="C-0002").note == "2行の\nメモ"
    sasaki = Contact.objects.get(user__email="sasaki@aoba.example")
    assert (sasaki.phone, sasaki.is_contract, sasaki.is_technical, sasaki.is_renewal) == (
        "03-1234-5678",
        True,
        True,
        False,
    )
    assert not sasaki.user.has_usable_password()
    contract = Contract.objects.get(number="S-1001")
    assert (contract.quantity, contract.purchased_on) == (1000, date(2025, 3, 12))
    orders = list(Order.objects.order_by("starts_on"))
    assert [(one.kind, one.starts_on, one.ends_on) for one in orders] == [
        ("initial", date(2025, 4, 1), date(2026, 4, 15)),
        ("renewal", date(2026, 4, 16), date(2027, 4, 15)),
    ]
    assert orders[0].entitled_from == date(2025, 3, 12)
    assert orders[0].certificate and orders[0].certificate.number == "2025-000010"
    assert orders[0].decided.ends_on == date(2026, 3, 31)
    assert orders[1].decided.starts_on == date(2026, 4, 16)
    assert not Certificate.objects.filter(announce=True).exists()
    assert coverage_of(contract, date(2026, 11, 20)).covered
