"""Two files that staff brought: one is in, one waits to be mended."""

from datetime import datetime
from functools import partial

from contracts.models import Contact
from supportdesk import tables
from supportdesk.accounts.models import User
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import OTHER_STAFF, STAFF
from supportdesk.imports import services
from supportdesk.imports.kinds import kinds
from supportdesk.imports.models import ImportRun

# As a spreadsheet leaves it: a date cut short, a number without its 0, a customer unknown so far.
_FROM_SALES = """契約番号,お客さま番号,製品コード,設置先,数量,初回ライセンス購入日
S-10611,C-1201,dn-standard,大阪支社,50,2026/11/2
S-10612,C-1203,dn-standard,本社,30,Nov-26
S-10613,C-1299,dn-distributed,名古屋,20,令和8年11月9日
S-10614,C-1204,dn-standard,富山,4O,46335
"""


def tell_imports(story: Story) -> None:
    """A change of departments last week, and this week's list from sales."""
    story.add(story.moment(6, "10:40"), _move_departments)
    story.add(story.moment(1, "15:10"), partial(_check, "contracts", _FROM_SALES.encode("cp932")))


def _move_departments(now: datetime) -> None:
    """A whole department was renamed: its people's lines went out, were changed and came in."""
    people = Contact.objects.filter(department="情報システム部").order_by("-pk")[:3]
    kind = kinds()["contacts"]
    rows = kind.table(Contact.objects.filter(pk__in=[one.pk for one in people]))
    content = b"".join(tables.written(rows)).decode("utf-8-sig")
    run = _check(
        "contacts",
        content.replace("情報システム部", "DX推進部").encode(),
        now,
        by=STAFF.email,
        name="部署名の変更.csv",
    )
    services.confirm(run, digest=run.digest, by=User.objects.get(email=STAFF.email), now=now)
    services.run_next(now=now)


def _check(
    kind: str,
    content: bytes,
    now: datetime,
    *,
    by: str = OTHER_STAFF.email,
    name: str = "11月の新規契約.csv",
) -> ImportRun:
    file, sha256 = services.keep_file([content])
    run = services.upload(
        kind,
        file=file,
        sha256=sha256,
        size=len(content),
        file_name=name,
        by=User.objects.get(email=by),
        now=now,
    )
    services.run_next(now=now)
    run.refresh_from_db()
    return run
