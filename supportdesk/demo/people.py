"""Who the visitor of a demo can be with one click; the story's main characters."""

from typing import Final

CUSTOMER_EMAIL: Final = "r.sasaki@aoba-kogyo.example"
COLLEAGUE_EMAIL: Final = "m.takahashi@aoba-kogyo.example"
STAFF_EMAIL: Final = "s.nakamura@supportdesk.example"
OTHER_STAFF_EMAIL: Final = "k.yamaguchi@supportdesk.example"
