"""Who the visitor of a demo can be with one click; the story's main characters."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Person(NamedTuple):
    email: str
    name: str
    role: str | Promise


CUSTOMER: Final = Person("r.sasaki@aoba-kogyo.example", "佐々木 亮", _("お客さま"))
COLLEAGUE: Final = Person("m.takahashi@aoba-kogyo.example", "高橋 美咲", _("同じ会社の方"))
STAFF: Final = Person("s.nakamura@supportdesk.example", "中村 沙織", _("担当者"))
OTHER_STAFF: Final = Person("k.yamaguchi@supportdesk.example", "山口 健", _("担当者"))

ONE_CLICK: Final = (CUSTOMER, COLLEAGUE, STAFF, OTHER_STAFF)
