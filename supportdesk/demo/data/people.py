"""A colleague who left and who took over, somebody invited today, a new name and a merger."""

from datetime import datetime

from contracts import services
from contracts.models import Contact, Customer
from contracts.services import Invited
from supportdesk.accounts.models import User
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import COLLEAGUE, CUSTOMER, OTHER_STAFF

_FIRM, _NEW_NAME, _KANA = (
    "京浜ケミカル株式会社",
    "京浜マテリアル株式会社",
    "ケイヒンマテリアルカブシキガイシャ",
)
_GOES_INTO_IT = "有限会社多摩川塗料"


def tell_people(story: Story) -> None:
    story.add(story.moment(18, "10:20"), _a_colleague_leaves)
    story.add(story.moment(15, "11:30"), _two_firms_become_one)
    story.add(story.fresh("14:20", 3), _somebody_is_invited)


def _a_colleague_leaves(now: datetime) -> None:
    sasaki, takahashi = _contact(CUSTOMER.email), _contact(COLLEAGUE.email)
    leaver = services.register_contact(
        sasaki.customer,
        email="k.tanaka@aoba-kogyo.example",
        name="田中 健一",
        name_kana="タナカ ケンイチ",
        department="情報システム部",
        is_technical=True,
        now=now,
    )
    services.let_colleague_go(leaver, successor=takahashi, by=sasaki.user, now=now)


def _somebody_is_invited(now: datetime) -> None:
    sasaki = _contact(CUSTOMER.email)
    who = Invited(email="i.suzuki@aoba-kogyo.example", name="鈴木 一郎", is_technical=True)
    services.invite(sasaki.customer, who, by=sasaki.user, now=now)


def _two_firms_become_one(now: datetime) -> None:
    """The other firm is merged with its contact; then all of it gets the new name."""
    clerk = User.objects.get(email=OTHER_STAFF.email)
    into = Customer.objects.get(name=_FIRM)
    source = Customer.objects.create(
        number="C-1188", name=_GOES_INTO_IT, name_kana="ユウゲンガイシャタマガワトリョウ"
    )
    services.register_contact(
        source, email="m.hara@tamagawa-toryo.example", name="原 美穂", is_renewal=True, now=now
    )
    services.merge_customers(
        source,
        into,
        seen=services.preview_merge(source).seen,
        reason="吸収合併のご連絡による",
        by=clerk,
        now=now,
    )
    services.rename_customer(into, name=_NEW_NAME, name_kana=_KANA, by=clerk, now=now)


def _contact(email: str) -> Contact:
    return Contact.objects.select_related("user", "customer").get(user__email=email)
