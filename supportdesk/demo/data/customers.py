"""Fifteen customers with their contracts, in every state that article 3 knows."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count

from contracts.models import Contract, Customer, Product
from contracts.services import preview_order, record_order, register_contact
from licensing.domain.host_code import with_check
from licensing.domain.key_fields import serial_of
from licensing.models import Key, License
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.demo.data.certificates import sign_certificate
from supportdesk.demo.people import COLLEAGUE, CUSTOMER, OTHER_STAFF, STAFF

DISTRIBUTED = ("dn-distributed", "desknet's NEO 分散サーバー")
STANDARD = ("dn-standard", "desknet's NEO")


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Accepted on a day of the month that lies so many months before the desk's current one."""

    months_back: int
    day: int


def orders(*accepted: tuple[int, int]) -> tuple[Order, ...]:
    return tuple(Order(months_back=months, day=day) for months, day in accepted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    number: str
    orders: tuple[Order, ...]
    product: tuple[str, str] = DISTRIBUTED
    site: str = "本社"
    customised: bool = False
    server: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    email: str
    name: str
    kana: str
    department: str = "情報システム部"


@dataclass(frozen=True, kw_only=True, slots=True)
class Firm:
    name: str
    kana: str
    people: tuple[Person, ...]
    contracts: tuple[Covered, ...] = field(default=())


FIRMS = (
    Firm(
        name="株式会社あおば工業",
        kana="カブシキガイシャアオバコウギョウ",
        people=(
            Person(email=CUSTOMER.email, name=CUSTOMER.name, kana="ササキ リョウ"),
            Person(
                email=COLLEAGUE.email,
                name=COLLEAGUE.name,
                kana="タカハシ ミサキ",
                department="総務部",
            ),
        ),
        contracts=(
            # A gap years ago, a renewal in term, and an end at the end of this month.
            Covered(
                number="S-10482",
                orders=orders((38, 14), (24, 8), (13, 30)),
                customised=True,
                server="aoba-dn01",
            ),
            Covered(
                number="S-10483",
                orders=orders((20, 12), (8, 5)),
                product=STANDARD,
                site="全社",
                server="aoba-neo",
            ),
            # In a gap since the month before last.
            Covered(
                number="S-10484", orders=orders((14, 10)), site="大阪営業所", server="aoba-osaka"
            ),
        ),
    ),
    Firm(
        name="東都精機株式会社",
        kana="トウトセイキカブシキガイシャ",
        people=(
            Person(
                email="d.kobayashi@toto-seiki.example", name="小林 大輔", kana="コバヤシ ダイスケ"
            ),
        ),
        contracts=(
            Covered(
                number="S-10611",
                orders=orders((50, 20), (39, 5), (27, 10), (15, 12), (3, 3)),
                customised=True,
                server="seiki-gw1",
            ),
        ),
    ),
    Firm(
        name="みつば食品販売株式会社",
        kana="ミツバショクヒンハンバイカブシキガイシャ",
        people=(
            Person(
                email="y.mori@mitsuba-foods.example",
                name="森 由紀",
                kana="モリ ユキ",
                department="管理部",
            ),
        ),
        contracts=(Covered(number="S-10620", orders=orders((7, 15)), server="mitsuba-app"),),
    ),
    Firm(
        name="北陸ロジテック株式会社",
        kana="ホクリクロジテックカブシキガイシャ",
        people=(
            Person(email="t.nishida@hokuriku-logi.example", name="西田 拓也", kana="ニシダ タクヤ"),
        ),
        contracts=(Covered(number="S-10634", orders=orders((19, 8), (8, 20)), server="hl-desk01"),),
    ),
    Firm(
        name="株式会社湘南メディカルサプライ",
        kana="カブシキガイシャショウナンメディカルサプライ",
        people=(
            Person(email="a.ishii@shonan-medical.example", name="石井 彩", kana="イシイ アヤ"),
        ),
        contracts=(
            Covered(
                number="S-10641",
                orders=orders((30, 25), (19, 9), (7, 10)),
                customised=True,
                server="sms-neo1",
            ),
        ),
    ),
    Firm(
        name="瀬戸内テクノ株式会社",
        kana="セトウチテクノカブシキガイシャ",
        people=(
            Person(
                email="k.fujiwara@setouchi-techno.example", name="藤原 和也", kana="フジワラ カズヤ"
            ),
        ),
        contracts=(Covered(number="S-10655", orders=orders((10, 6)), server="stech-01"),),
    ),
    Firm(
        name="有限会社かえで印刷",
        kana="ユウゲンガイシャカエデインサツ",
        people=(
            Person(
                email="h.ueda@kaede-print.example",
                name="上田 春香",
                kana="ウエダ ハルカ",
                department="総務",
            ),
        ),
        contracts=(
            Covered(
                number="S-10660",
                orders=orders((22, 14), (11, 20)),
                product=STANDARD,
                server="kaede",
            ),
        ),
    ),
    Firm(
        name="株式会社みなと物流サービス",
        kana="カブシキガイシャミナトブツリュウサービス",
        people=(
            Person(email="s.ogawa@minato-butsuryu.example", name="小川 翔", kana="オガワ ショウ"),
        ),
        # Bought this month: covered already, before the base period begins.
        contracts=(Covered(number="S-10702", orders=orders((0, 12)), server="minato-dn"),),
    ),
    Firm(
        name="信州こもれび観光株式会社",
        kana="シンシュウコモレビカンコウカブシキガイシャ",
        people=(
            Person(
                email="m.maruyama@komorebi-kanko.example", name="丸山 恵", kana="マルヤマ メグミ"
            ),
        ),
        # Lapsed for more than a year: only a re-continuation is possible (3-3).
        contracts=(Covered(number="S-10588", orders=orders((28, 10)), server="komorebi-01"),),
    ),
    Firm(
        name="学校法人若葉学園",
        kana="ガッコウホウジンワカバガクエン",
        people=(
            Person(
                email="n.hayashi@wakaba-gakuen.example",
                name="林 直樹",
                kana="ハヤシ ナオキ",
                department="情報センター",
            ),
        ),
        # Lapsed for more than a year, then continued again.
        contracts=(
            Covered(number="S-10533", orders=orders((40, 10), (5, 5)), server="wakaba-desk"),
        ),
    ),
    Firm(
        name="株式会社北斗ファーマ",
        kana="カブシキガイシャホクトファーマ",
        people=(Person(email="r.abe@hokuto-pharma.example", name="阿部 里奈", kana="アベ リナ"),),
        # Renewed too late: not covered today, again from the first of next month.
        contracts=(
            Covered(number="S-10671", orders=orders((15, 9), (0, 16)), server="hokuto-app1"),
        ),
    ),
    Firm(
        name="京浜ケミカル株式会社",
        kana="ケイヒンケミカルカブシキガイシャ",
        people=(
            Person(email="j.shimizu@keihin-chem.example", name="清水 淳", kana="シミズ ジュン"),
        ),
        # Three years ordered ahead in a row.
        contracts=(
            Covered(
                number="S-10648",
                orders=orders((26, 12), (14, 3), (2, 2), (2, 3), (2, 4)),
                server="kc-neo",
            ),
            Covered(
                number="S-10649",
                orders=orders((26, 12), (14, 3), (2, 2)),
                product=STANDARD,
                site="川崎工場",
                server="kc-kawasaki",
            ),
        ),
    ),
    Firm(
        name="医療法人すずらん会",
        kana="イリョウホウジンスズランカイ",
        people=(
            Person(
                email="e.goto@suzurankai.example",
                name="後藤 恵理",
                kana="ゴトウ エリ",
                department="事務局",
            ),
        ),
        contracts=(Covered(number="S-10690", orders=orders((11, 18)), server="suzuran-01"),),
    ),
    Firm(
        name="株式会社やまびこ不動産",
        kana="カブシキガイシャヤマビコフドウサン",
        people=(
            Person(email="t.kondo@yamabiko-re.example", name="近藤 拓海", kana="コンドウ タクミ"),
        ),
        contracts=(
            Covered(number="S-10695", orders=orders((6, 9)), product=STANDARD, server="yamabiko"),
        ),
    ),
    Firm(
        name="南国フルーツ株式会社",
        kana="ナンゴクフルーツカブシキガイシャ",
        people=(
            Person(
                email="c.oshiro@nangoku-fruits.example", name="大城 千夏", kana="オオシロ チナツ"
            ),
        ),
        # Ended with last month: in the gap, a plain renewal is still possible (3-2b).
        contracts=(Covered(number="S-10677", orders=orders((13, 20)), server="nangoku-dn"),),
    ),
)


def make_staff() -> None:
    for person in (STAFF, OTHER_STAFF):
        User.objects.create_superuser(person.email, name=person.name)


def make_customers(now: datetime) -> None:
    serial = count(1)
    for number, firm in enumerate(FIRMS, start=1):
        customer = Customer.objects.create(
            number=f"C-{1200 + number}", name=firm.name, name_kana=firm.kana
        )
        oldest = min(_accepted_on(order, now) for one in firm.contracts for order in one.orders)
        for index, person in enumerate(firm.people):
            register_contact(
                customer,
                email=person.email,
                name=person.name,
                name_kana=person.kana,
                department=person.department,
                phone=f"052-000-{1000 + 31 * number + index}",
                is_contract=index == 0,
                is_technical=True,
                is_renewal=index == len(firm.people) - 1,
                now=_morning(oldest),
            )
        for one in firm.contracts:
            _make_contract(customer, one, next(serial), now)


def _make_contract(customer: Customer, one: Covered, serial: int, now: datetime) -> None:
    contract = Contract.objects.create(
        number=one.number,
        customer=customer,
        product=_product(*one.product),
        site=one.site,
        quantity=1,
        support_service_number=f"SS-{40_000 + 37 * serial}",
        customised=one.customised,
        customisation_note="承認画面と帳票の項目を追加" if one.customised else "",
    )
    clerk = User.objects.get(email=OTHER_STAFF.email)
    for index, order in enumerate(one.orders):
        accepted_on = _accepted_on(order, now)
        purchased_on = accepted_on if index == 0 else None
        shown = preview_order(contract, accepted_on=accepted_on, purchased_on=purchased_on)
        recorded_at = min(_morning(accepted_on), now)
        recorded = record_order(
            contract,
            shown=shown,
            recontinuation=shown.kind == "recontinuation",
            purchased_on=purchased_on,
            customer_order_number=f"PO-{accepted_on:%y%m}-{100 + serial}",
            decision_note="お客さまのご希望により、先の年度の分もまとめて受注"
            if shown.flags
            else "",
            by=clerk,
            now=recorded_at,
        )
        sign_certificate(recorded, recorded_at, now=now)
    _make_license(contract, one, serial)


def _make_license(contract: Contract, one: Covered, serial: int) -> None:
    """A licence whose key was issued before the desk kept keys."""
    bought_on = contract.orders.earliest("accepted_on").accepted_on
    license_ = License.objects.create(
        contract=contract, number=f"L-{20_400 + serial}", label=f"{one.site}サーバー"
    )
    Key.objects.create(
        license=license_,
        klass=Key.Class.FOREIGN,
        issue_number=1,
        serial=serial_of(license_.number, 1),
        server_name=one.server,
        host_code=host_code(serial),
        issued_at=_morning(bought_on),
    )


def host_code(serial: int) -> str:
    """Some machine's code; another one for every number."""
    return with_check(f"{serial * 7_919_337_113 % 10**15:015d}")


def _product(code: str, name: str) -> Product:
    product, _made = Product.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "support_name": f"{name} 年間サポート",
            "recontinuation_name": f"{name} 再継続年間サポート",
        },
    )
    return product


def _accepted_on(order: Order, now: datetime) -> date:
    today = clock.today(now)
    months = today.year * 12 + today.month - 1 - order.months_back
    year, month = months // 12, months % 12 + 1
    return min(date(year, month, min(order.day, monthrange(year, month)[1])), today)


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(10), clock.TOKYO)
