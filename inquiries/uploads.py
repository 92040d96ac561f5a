"""Files of a form: taken as soon as they arrive, refused in plain words."""

import logging
from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from inquiries import services
from inquiries.domain.uploads import MAX_FILES, FileRefusedError
from inquiries.fields import too_many_files
from inquiries.services.files import Owner, Upload
from supportdesk.accounts.models import User

log = logging.getLogger(__name__)


def token_of(request: HttpRequest) -> UUID:
    """The form's token as it was sent; a new one where it is none."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def take_files(request: HttpRequest, owner: Owner, *, by: User, now: datetime) -> list[str]:
    """Keep what was sent in `attachments`; give the reasons for what was not."""
    errors: list[str] = []
    for upload in request.FILES.getlist("attachments"):
        error = _take(owner, upload, by=by, now=now)
        if error and error not in errors:
            errors.append(error)
    return errors


def _take(owner: Owner, upload: Upload, *, by: User, now: datetime) -> str:
    try:
        services.attach(owner, upload, by=by, now=now)
    except FileRefusedError as refused:
        return file_fault(refused)
    except services.TooManyFilesError:
        return too_many_files(MAX_FILES)
    except OSError:
        # A full disk is ours to mend; what was typed is kept.
        log.exception("an attachment could not be stored")
        return _(
            "いまファイルを保存できません。しばらくしてから、もう一度添付してください。"
            "入力した内容は残っています。"
        )
    return ""


def file_fault(refused: FileRefusedError) -> str:
    """Why this file was not taken, and what to do instead."""
    words = {
        "no_name": _("ファイル名のあるファイルを選んでください"),
        "type": _(
            "%(name)s：この形式は添付できません。txt、log、csv、zip、png、jpg、PDF を選んでください"
        ),
        "content": _(
            "%(name)s：中身が拡張子と合いません。元の形式のまま、または zip にして添付してください"
        ),
        "empty": _("%(name)s：空のファイルです。中身のあるファイルを選んでください"),
        "too_large": _("%(name)s：20 MB を超えています。分けるか、zip にして添付してください"),
    }
    return words[refused.fault] % {"name": refused.name}
