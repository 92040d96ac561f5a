"""The verdict on a signed text in words: what it is worth today, and what to do next.

Of a certificate it tells product, quantity and dates, of a key its class, product, serial
and dates; never who the customer is, which contract or which server.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import services as contracts
from contracts.domain import certificates
from contracts.domain.certificates import CertificateFields
from contracts.models import Product
from contracts.words import kind_word
from licensing import services as licensing
from licensing.domain.key_fields import KeyFields
from licensing.models import Key
from supportdesk.presenting.dates import day_text
from supportdesk.signing.verifier import Verdict

type Tone = Literal["kept", "paused", "broken"]
type Words = str | Promise

GLYPHS: dict[Tone, str] = {"kept": "check", "paused": "pause", "broken": "triangle"}
# Shorter than any signed text: somebody typed a number.
SHORTEST = 100


@dataclass(frozen=True, slots=True)
class Result:
    """`title` is the verdict, `told` what follows from it; `code` is for support."""

    tone: Tone
    title: Words
    told: Words = ""
    facts: tuple[tuple[str, str], ...] = ()
    code: str = ""
    genuine: bool = False

    @property
    def glyph(self) -> str:
        return GLYPHS[self.tone]


NO_KEYS = Result(
    "paused",
    gettext_lazy("いまは確かめられません"),
    gettext_lazy("公開鍵を読めませんでした。時間をおいて、もう一度お試しください。"),
    code="no_keys",
)

# What is wrong before the signature was found good, and what to do.
_UNREAD: dict[str, tuple[Tone, Words, Words]] = {
    "too_long": (
        "paused",
        gettext_lazy("署名文として長すぎます"),
        gettext_lazy("英数字が5文字ずつ並んだ部分だけを貼り付けてください。"),
    ),
    "malformed": (
        "paused",
        gettext_lazy("署名文を読み取れません"),
        gettext_lazy("英数字が5文字ずつ並んだ部分を、最初の行から最後の行まで貼り付けてください。"),
    ),
    "unknown_version": (
        "paused",
        gettext_lazy("この書式は確かめられません"),
        gettext_lazy("このデスクが発行した署名文ではないようです。"),
    ),
    "unknown_key": (
        "broken",
        gettext_lazy("当社の署名ではありません"),
        gettext_lazy("署名に使われた鍵は、当社の鍵ではありません。本物として扱わないでください。"),
    ),
    "withdrawn_key": (
        "broken",
        gettext_lazy("署名に使った鍵が取り消されています"),
        gettext_lazy(
            "この鍵の署名は、もう信用できません。新しい証書やキーを、お取り引きの窓口へご確認ください。"
        ),
    ),
    "wrong_algorithm": (
        "broken",
        gettext_lazy("当社の署名ではありません"),
        gettext_lazy("署名の方式が、鍵に定めたものと違います。本物として扱わないでください。"),
    ),
    "forged": (
        "broken",
        gettext_lazy("本物ではありません"),
        gettext_lazy("内容が書き換えられているか、当社以外が作ったものです。"),
    ),
}


def result_of(verdict: Verdict, *, on: date, short: bool, hosted: bool) -> Result:
    """Tell the verdict of the Tokyo date `on`.

    `short`: no signed text is that short; `hosted`: the key was compared with a host code.
    """
    if not verdict.genuine:
        return _unread(verdict, short=short)
    try:
        return replace(_genuine(verdict, on, hosted=hosted), genuine=True)
    except (KeyError, ValueError):
        return _unread(Verdict(code="malformed"), short=False)


def _genuine(verdict: Verdict, on: date, *, hosted: bool) -> Result:
    if verdict.code == "wrong_type":
        return _other_kind(verdict)
    if verdict.document["type"] == certificates.DOCUMENT_TYPE:
        return _certificate(CertificateFields.from_document(verdict.document), on)
    return _key(KeyFields.from_document(verdict.document), verdict, on, hosted=hosted)


def _unread(verdict: Verdict, *, short: bool) -> Result:
    if verdict.code == "mistyped" and not short:
        return Result(
            "paused",
            _("%(line)d行目に違う文字があります") % {"line": verdict.line},
            _("%(line)d行目を、もとの文字と見くらべて直してください。行の並びも確かめてください。")
            % {"line": verdict.line},
            code=verdict.code,
        )
    if short and verdict.code in {"malformed", "mistyped"}:
        return Result(
            "paused",
            _("番号だけでは確かめられません"),
            _("証書の QR コードを読み取るか、証書やキーの署名文を貼り付けてください。"),
            code=verdict.code,
        )
    tone, title, told = _UNREAD[verdict.code]
    return Result(tone, title, told, code=verdict.code)


def _other_kind(verdict: Verdict) -> Result:
    told = _("ライセンスキーはリンクでは確かめられません。下の欄に貼り付けてください。")
    return Result(
        "paused",
        _("署名は本物ですが、ここで確かめるものではありません"),
        told if verdict.document.get("type") == "license-key" else "",
        code=verdict.code,
    )


# --- Certificates ----------------------------------------------------------------------------


def _certificate(fields: CertificateFields, on: date) -> Result:
    standing = contracts.standing_of(fields.number, on)
    facts = _certificate_facts(fields, standing.product_name if standing else "")
    if standing is None:
        return Result("paused", *_not_in_our_books(), facts, "not_on_record")
    if not _same(fields, standing):
        title = _("当社の記録と内容が違います")
        told = _("同じ番号の証書と、書かれていることが違います。お取り引きの窓口へご確認ください。")
        return Result("broken", title, told, (), "differs_from_record")
    return Result(*_certificate_words(fields, standing), facts, standing.state)


def _certificate_words(
    fields: CertificateFields, standing: contracts.Standing
) -> tuple[Tone, str, str]:
    last, first = day_text(fields.ends_on, year=True), day_text(fields.entitled_from, year=True)
    match standing.state:
        case "in_force":
            told = _("サポートの対象です。%(day)s まで有効です。") % {"day": last}
            return "kept", _("本物の証書です。いま有効です"), told
        case "not_begun":
            told = _("%(day)s から有効になります。") % {"day": first}
            return "paused", _("本物の証書です。期間はまだ始まっていません"), told
        case "expired":
            told = _("%(day)s に満了しました。") % {"day": last}
            return "paused", _("本物の証書です。期間は終わりました"), told
        case "replaced":
            told = _("証書 %(number)s に差し替えられました。") % {"number": standing.replaced_by}
            return "paused", _("本物の証書ですが、差し替えられています"), told
    return "broken", _("本物の証書ですが、取り消されました"), _("この証書の期間は無効です。")


def _certificate_facts(fields: CertificateFields, product: str) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("証書番号"), fields.number),
        (_("製品"), product or _product_name(fields.product)),
        (_("数量"), str(fields.quantity)),
        (_("種類"), _kind(fields.kind)),
        (_("サポート期間"), _span(fields.starts_on, fields.ends_on)),
    ]
    if fields.entitled_from != fields.starts_on:
        facts.append(
            (_("購入日からの対象"), _("%(day)s から") % {"day": _day(fields.entitled_from)})
        )
    if fields.replaces:
        facts.append((_("差し替えた証書"), fields.replaces))
    return (*facts, (_("発行日"), _day(fields.issued_on)))


def _same(fields: CertificateFields, standing: contracts.Standing) -> bool:
    """Two texts of one number would mean that somebody else can sign."""
    return (
        fields.product == standing.product_code
        and fields.quantity == standing.quantity
        and fields.kind == standing.kind
        and fields.entitled_from == standing.entitled_from
        and fields.starts_on == standing.starts_on
        and fields.ends_on == standing.ends_on
        and fields.issued_on == standing.issued_on
    )


def _kind(kind: str) -> str:
    try:
        return kind_word(kind)
    except ValueError:
        return kind


# --- Keys ------------------------------------------------------------------------------------


def _key(fields: KeyFields, verdict: Verdict, on: date, *, hosted: bool) -> Result:
    standing = licensing.key_standing(fields.serial, on)
    facts = _key_facts(fields, matches=verdict.code != "wrong_host" if hosted else None)
    if verdict.code == "wrong_host":
        title = _("本物のキーですが、このサーバーのものではありません")
        told = _("入力したホストコードと、キーのホストコードが違います。")
        return Result("broken", title, told, facts, verdict.code)
    if standing is None:
        return Result("paused", *_not_in_our_books(), facts, "not_on_record")
    if verdict.code == "not_yet_valid":
        told = _("%(day)s から使えます。") % {"day": _day(fields.valid_from)}
        return Result("paused", _("本物のキーです。まだ使えません"), told, facts, verdict.code)
    return Result(*_key_words(standing), facts, standing.state)


def _key_words(standing: licensing.KeyStanding) -> tuple[Tone, str, str]:
    until = {"day": _day(standing.until)} if standing.until else {}
    by = {"serial": standing.replaced_by}
    match standing.state:
        case "current":
            told = _("%(day)s まで使えます。") % until if until else _("期限はありません。")
            return "kept", _("本物のキーです。いま使えます"), told
        case "provisional":
            told = _("暫定キーです。%(day)s まで、または正式キーの発行まで使えます。") % until
            return "kept", _("本物のキーです。いま使えます"), told
        case "overlap":
            told = _("並行稼働のあいだのキーです。%(day)s まで使えます。") % until
            return "kept", _("本物のキーです。いま使えます"), told
        case "superseded":
            told = _("キー %(serial)s に置き換えられました。") % by if by["serial"] else ""
            return "paused", _("本物のキーですが、失効しています"), told
        case "expired":
            told = _("%(day)s に期限が切れました。") % until
            return "paused", _("本物のキーですが、期限が切れています"), told
    told = _("このキーは使えません。新しいキーが必要なときは、再発行を申請してください。")
    return "broken", _("本物のキーですが、取り消されました"), told


def _key_facts(fields: KeyFields, *, matches: bool | None) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("キー番号"), fields.serial),
        (_("種類"), str(dict(Key.Class.choices).get(fields.klass, fields.klass))),
        (_("製品"), _product_name(fields.product)),
        (_("有効期間"), _span(fields.valid_from, fields.valid_until)),
    ]
    if matches is not None:
        facts.append((_("ホストコード"), _("一致しました") if matches else _("違います")))
    if fields.replaces:
        facts.append((_("置き換えたキー"), fields.replaces))
    return tuple(facts)


# --- Both ------------------------------------------------------------------------------------


def _not_in_our_books() -> tuple[str, str]:
    return (
        _("署名は本物ですが、当社の記録にありません"),
        _("いま有効かどうかは分かりません。お取り引きの窓口へご確認ください。"),
    )


def _product_name(code: str) -> str:
    product = Product.objects.filter(code=code).first()
    return product.name if product else code


def _day(day: date) -> str:
    return day_text(day, year=True)


def _span(first: date, last: date | None) -> str:
    if last is None:
        return _("%(day)s から（期限なし）") % {"day": _day(first)}
    return _("%(first)s〜%(last)s") % {"first": _day(first), "last": _day(last)}
