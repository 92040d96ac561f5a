"""What a staff password must not be, beyond Django's own validators."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from supportdesk.accounts.models import User

LONGEST = 128
_OUR_WORDS = ("supportdesk", "support-desk", "サポートデスク", "年間サポート")


class DeskPasswordValidator:
    """Refuses what is too long to hash in good time, and passwords made of our own name."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("%d文字以内で入力してください") % LONGEST)
        if any(word in password.lower() for word in _OUR_WORDS):
            raise ValidationError(_("サービスの名前を含まないパスワードにしてください"))

    def get_help_text(self) -> str:
        return _("サービスの名前は使えません。")
