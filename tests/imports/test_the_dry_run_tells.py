"""Before anything is written: what is new, what changes and how, and what is wrong where."""

import pytest

from contracts.models import Contact, Contract, Customer, CustomerName, Order
from supportdesk.imports import services
from tests.builders import (
    a_contact,
    a_contract,
    a_customer,
    a_period,
    a_product,
    a_staff_member,
)
from tests.imports.files import NOW, changes, checked, counts, imported, problems

pytestmark = pytest.mark.django_db


def test_the_same_file_twice_changes_nothing() -> None:
    file = "お客さま番号,会社名,会社名（フリガナ）\nC-1,あおば工業,ｱｵﾊﾞ\nC-2,ひばり運輸,ひばり\n"
    assert counts(imported("customers", file)) == (2, 0, 0, 0)
    before = list(Customer.objects.values())
    assert counts(checked("customers", file)) == (0, 0, 2, 0)
    assert counts(checked("customers", file.encode("cp932"))) == (0, 0, 2, 0)
    assert list(Customer.objects.values()) == before


def test_what_changes_is_shown_from_what_to_what() -> None:
    customer = a_customer("あおば工業")
    run = checked("customers", f"number,name\n{customer.number},あおば製作所\n")
    assert counts(run) == (0, 1, 0, 0)
    assert changes(run) == [[2, "name", "あおば工業", "あおば製作所"]]
    customer.refresh_from_db()
    assert customer.name == "あおば工業"


def test_a_customer_renamed_by_a_file_keeps_the_former_name() -> None:
    customer = a_customer("あおば工業")
    imported("customers", f"number,name\n{customer.number},あおば製作所\n")
    assert CustomerName.objects.get().name == "あおば工業"


def test_a_column_that_is_not_there_changes_nothing_an_empty_cell_empties() -> None:
    contact = a_contact(name="佐々木 亮")
    Contact.objects.update(department="情報システム部", phone="03-1234-5678")
    file = f"email,customer,name,phone\n{contact.email},{contact.customer.number},佐々木 亮,\n"
    assert changes(checked("contacts", file)) == [[2, "phone", "03-1234-5678", ""]]
    imported("contacts", file)
    contact.refresh_from_db()
    assert (contact.phone, contact.department, contact.is_contract) == ("", "情報システム部", True)


def test_a_wrong_line_keeps_every_line_out() -> None:
    run = checked("customers", "number,name\nC-1,あおば工業\nC-2,\n")
    assert counts(run) == (1, 0, 0, 1)
    assert problems(run) == [(3, "name", "入力してください。")]
    with pytest.raises(services.NotPossibleError):
        services.confirm(run, digest=run.digest, by=a_staff_member(), now=NOW)


def test_the_same_line_twice_names_the_first() -> None:
    run = checked("customers", "number,name\nC-1,あおば工業\nC-2,ひばり\nＣ－1,あおば工業\n")
    ((line, column, said),) = problems(run)
    assert (line, column) == (4, "number")
    assert "2行目と同じです" in said


def test_lost_zeros_are_told_where_the_number_is_registered() -> None:
    Customer.objects.create(number="00123", name="あおば工業")
    for kind, file in (
        ("customers", "number,name\n123,あおば工業\n"),
        ("contacts", "email,customer,name\na@b.example,123,佐々木 亮\n"),
    ):
        ((_line, _column, said),) = problems(checked(kind, file))
        assert "00123" in said


@pytest.mark.parametrize("word", ["people", "profile", "mailbox", "renewals", "invitation"])
def test_a_contract_called_like_another_page_is_told(word: str) -> None:
    file = f"number,customer,product\n{word},{a_customer().number},{a_product().code}\n"
    ((_line, column, said),) = problems(checked("contracts", file))
    assert column == "number"
    assert "数字を含む番号" in said


def test_unknown_customers_products_and_contracts_are_told() -> None:
    customer, product = a_customer(), a_product()
    run = checked(
        "contracts",
        f"number,customer,product\nS-1,C-404,{product.code}\nS-2,{customer.number},なし\n",
    )
    found = problems(run)
    assert [(line, column) for line, column, _said in found] == [(2, "customer"), (3, "product")]
    assert product.code in found[1][2]
    run = checked(
        "certificates",
        "number,contract,kind,accepted_on,starts_on,ends_on\n"
        "1,S-404,更新,2025-03-01,2025-04-01,2026-03-31\n",
    )
    assert [(line, column) for line, column, _said in problems(run)] == [(2, "contract")]


def test_what_orders_were_decided_from_stays() -> None:
    contract = a_period().contract
    other = a_customer()
    run = checked(
        "contracts",
        f"number,customer,product,site\n{contract.number},{other.number},"
        f"{contract.product.code},大阪\n",
    )
    ((_line, column, said),) = problems(run)
    assert (column, contract.customer.number in said) == ("customer", True)


def test_a_mail_address_of_another_customer_or_of_staff_is_told() -> None:
    from tests.builders import a_staff_member

    contact, staff, customer = a_contact(), a_staff_member(), a_customer()
    run = checked(
        "contacts",
        f"email,customer,name\n{contact.email},{customer.number},佐々木 亮\n"
        f"{staff.email},{customer.number},担当 花子\n",
    )
    assert [(line, column) for line, column, _said in problems(run)] == [(2, "email"), (3, "email")]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("会社名,社内メモ", "必要な列がありません：「お客さま番号」"),
        ("お客さま番号,会社名,会社名", "同じ列が2つ以上あります：「会社名」"),
        ("number,お客さま番号,会社名", "同じ列が2つ以上あります：「お客さま番号」"),
        ("お客さま番号,会社名,備考２", "使えない見出しがあります：「備考２」"),
        ("お客さま番号,,会社名", "（2列目の空欄）"),
    ],
)
def test_a_header_that_does_not_fit_is_told_whole(header: str, words: str) -> None:
    run = checked("customers", f"{header}\n1,2,3\n")
    assert run.state == "failed"
    assert words in run.failure


def test_the_header_may_stand_in_any_order_width_and_language() -> None:
    run = checked("customers", "エラー, ＮＡＭＥ ,お客さま番号\n直した,あおば工業,C-1\n")
    assert counts(run) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("C-1", "見出しは2列ですが、この行には1列"),
        ("C-1,あおば,工業", "見出しは2列ですが、この行には3列"),
        ("お客さま番号,会社名", "見出しの行がもう一度"),
    ],
)
def test_a_line_of_another_shape_is_told(line: str, words: str) -> None:
    run = checked("customers", f"お客さま番号,会社名\n{line}\nC-2,ひばり\n")
    ((number, _column, said),) = problems(run)
    assert number == 2
    assert words in said
    assert counts(run) == (1, 0, 0, 1)


CERTIFICATES = "証書番号,契約番号,種類,受付日,期間の始まり,期間の終わり\n"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        # 3-2a: one day after the other is no overlap …
        (
            [
                "A,初年度,2023-03-10,2023-04-01,2024-03-31",
                "B,更新,2024-03-10,2024-04-01,2025-03-31",
            ],
            [],
        ),
        # … one day more is, and the line further below is wrong.
        (
            [
                "A,初年度,2023-03-10,2023-04-01,2024-04-01",
                "B,更新,2024-03-10,2024-04-01,2025-03-31",
            ],
            [(3, "starts_on")],
        ),
        # A short period inside a long one, and after it one that only the long one meets.
        (
            [
                "A,初年度,2020-03-10,2020-04-01,2024-03-31",
                "B,更新,2021-03-10,2021-04-01,2022-03-31",
                "C,更新,2023-03-10,2023-04-01,2024-03-31",
            ],
            [(3, "starts_on"), (4, "starts_on")],
        ),
        (["A,更新,2024-03-10,2024-04-01,2024-03-31"], [(2, "ends_on")]),
        (["A,更新,2030-03-10,2024-04-01,2025-03-31"], [(2, "accepted_on")]),
        # 3-2b and 3-3: a gap is no error, whatever its length.
        (
            [
                "A,初年度,2020-03-10,2020-04-01,2021-03-31",
                "B,再継続,2023-03-10,2023-04-01,2024-03-31",
            ],
            [],
        ),
    ],
)
def test_periods_of_one_contract_never_overlap(
    lines: list[str], found: list[tuple[int, str]]
) -> None:
    contract = a_contract()
    rows = [line.replace(",", f",{contract.number},", 1) for line in lines]
    run = checked("certificates", CERTIFICATES + "\n".join(rows) + "\n")
    assert [(line, column) for line, column, _said in problems(run)] == found


def test_a_period_that_meets_a_registered_one_is_told_with_its_certificate() -> None:
    order = a_period(accepted_on="2025-11-10")
    assert order.certificate
    file = f"{CERTIFICATES}X-1,{order.contract.number},更新,2025-06-01,2025-06-01,2025-12-01\n"
    ((_line, column, said),) = problems(checked("certificates", file))
    assert column == "starts_on"
    assert order.certificate.number in said


def test_a_registered_certificate_is_never_altered() -> None:
    order = a_period()
    assert order.certificate
    file = (
        f"{CERTIFICATES}{order.certificate.number},{order.contract.number},初年度,"
        f"{order.accepted_on},{order.starts_on},2026-12-31\n"
    )
    ((_line, column, said),) = problems(checked("certificates", file))
    assert column == "ends_on"
    assert "証書は書き換えません" in said


def test_imported_numbers_and_the_desks_own_never_meet() -> None:
    contract = a_contract()
    file = f"{CERTIFICATES}2025-000041,{contract.number},更新,2024-03-10,2024-04-01,2025-03-31\n"
    imported("certificates", file)
    order = a_period(contract, accepted_on="2025-03-20")
    assert order.certificate
    assert order.certificate.number == "2025-000042"
    assert order.kind == "renewal"


def test_corrections_belong_to_what_they_correct() -> None:
    contract = a_contract()
    header = "number,contract,kind,accepted_on,starts_on,ends_on,replaces,reason\n"
    n = contract.number
    file = (
        f"{header}A,{n},初年度,2023-03-10,2023-04-01,2024-03-31,,\n"
        f"B,{n},初年度,2023-03-11,2023-04-01,2024-04-15,A,訂正\n"
        f"C,{n},初年度,2023-03-10,2023-04-01,2024-04-20,A,訂正\n"
        f"D,{n},更新,2024-03-10,2024-05-01,2025-04-30,E,訂正\n"
        f"E,{n},更新,2024-03-10,2024-05-01,2025-04-30,D,訂正\n"
        f"F,{n},更新,2025-03-10,2025-05-01,2026-04-30,X,訂正\n"
        f"G,{n},更新,2026-03-10,2026-05-01,2027-04-30,,理由だけ\n"
    )
    assert [(line, column) for line, column, _said in problems(checked("certificates", file))] == [
        (3, "accepted_on"),
        (4, "replaces"),
        (5, "replaces"),
        (6, "replaces"),
        (7, "replaces"),
        (8, "reason"),
    ]
    assert not Order.objects.exists()
    assert Contract.objects.count() == 1
