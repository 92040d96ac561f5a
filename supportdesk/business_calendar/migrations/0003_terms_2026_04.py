"""The support terms in force since April 2026, clause by clause, in our own words.

The numbers are those that every reason on a page, in a mail and in the ledger refers to.
A later change of the terms is a new version, never an edit of this one.
"""

from datetime import date
from typing import Any, ClassVar

from django.db import migrations

NUMBER = "2026-04"

CLAUSES = [
    (
        "1-1a",
        "操作や設定の方法、製品を動かすサーバーやOSの環境についてのお問い合わせに対応します。",
        "We answer questions about operating and setting up the product, and about the server and "
        "operating system it runs on.",
    ),
    (
        "1-1b",
        "不具合の確認、原因の調査、問題の切り分けなど、障害についてのお問い合わせに対応します。",
        "We answer questions about faults: confirming a defect, finding its cause, isolating it.",
    ),
    (
        "1-1c",
        "パッチモジュールの適用と、バージョンアップの作業についてのお問い合わせに対応します。",
        "We answer questions about applying patch modules and upgrading to a new version.",
    ),
    (
        "1-1d",
        "サーバーを替えるときのデータ移行についてのお問い合わせに対応します。",
        "We answer questions about moving your data when the server changes.",
    ),
    (
        "1-1e",
        "カスタマイズをしている場合は、カスタマイズした内容も対応の範囲に含みます。",
        "Where your installation has been customised, the customisation is covered as well.",
    ),
    (
        "1-2",
        "製品をインストールして使うサーバーが替わるときに、ライセンスキーを再発行します。",
        "We reissue the license key when the server that the product is installed on changes.",
    ),
    (
        "1-3",
        "「desknet's NEO」のサポートには、別に「desknet's NEO」の年間サポートが必要です。"
        "ある製品の年間サポートで、ほかの製品は対象になりません。",
        "Support for desknet's NEO itself needs its own annual support. The annual support of one "
        "product never covers another.",
    ),
    (
        "2-1a",
        "技術的なお問い合わせは、専用のお問い合わせフォームで承ります。フォームはいつでも送信できます。",
        "Technical inquiries come in through the inquiry form only. The form can be sent at any time.",
    ),
    (
        "2-1b",
        "受付時間は 9:00〜12:00 と 13:00〜17:30 です。時間の外に送信されたものは、"
        "次に受付が始まる時刻に受け付けます。",
        "Reception is open 9:00–12:00 and 13:00–17:30. What is sent outside these hours is received "
        "when reception next opens.",
    ),
    (
        "2-1c",
        "土曜、日曜、祝日と、前もってお知らせする当社の休業日（夏期休業、年末年始休業など）は休みます。",
        "We are closed on Saturdays, Sundays, public holidays and on company closing days announced "
        "beforehand (such as summer and year end).",
    ),
    (
        "2-1d",
        "回答は電子メールでお送りします。電話での回答は行いません。",
        "Answers come by e-mail, never by telephone.",
    ),
    (
        "2-1e",
        "回答をお送りするのは、休みの日を除く月曜から金曜です。",
        "Answers are sent Monday to Friday, except on days when we are closed.",
    ),
    (
        "2-1f",
        "回答までにかかる時間は、お問い合わせの内容によって異なります。約款は回答までの時間を定めていません。"
        "最初の回答の目安は、当社が自ら置いたものです。",
        "The time an answer takes depends on the inquiry; the terms set none. The day by which we aim "
        "to send a first reply is our own target.",
    ),
    (
        "2-1g",
        "製品の使い方や仕様についてのご質問は、カスタマセンター（0800-500-6330、受付時間は同じ）でも"
        "ご案内します。技術的なお問い合わせは、カスタマセンターでは承りません。",
        "Questions about usage and specifications may also go to the customer centre "
        "(0800-500-6330, same hours). It does not take technical inquiries.",
    ),
    (
        "2-2a",
        "ライセンスキーは、専用の申請ページから申請してください。",
        "Apply for license keys on the application page.",
    ),
    (
        "2-2b",
        "ライセンスキーは電子メールでお送りします。",
        "License keys are sent by e-mail.",
    ),
    (
        "2-2c",
        "ライセンスキーをお送りするのは、休みの日を除く月曜から金曜です。",
        "License keys are sent Monday to Friday, except on days when we are closed.",
    ),
    (
        "2-2d",
        "営業日の 17:00 までに受理した申請は、その日のうちにお送りします。17:00 を過ぎて受理した申請と、"
        "休みの日に受理した申請は、次の営業日にお送りします。17:00 ちょうどは、その日の分です。",
        "Applications accepted by 17:00 on a business day are fulfilled that day; those accepted "
        "later, or on a day when we are closed, on the next business day. 17:00 exactly still counts "
        "as the same day.",
    ),
    (
        "3-1",
        "初年度は、はじめてライセンスを購入した日からサポートします。基本の期間は、ご注文を受け付けた日の"
        "翌月1日（1日に受け付けたときは、その日）から1年間です。",
        "In the first year you are covered from the day you first bought the licence. The base period "
        "is one year from the 1st of the month after we accepted the order (from that very day if it "
        "was the 1st).",
    ),
    (
        "3-2a",
        "次の年からは、前の期間のうちにご注文を受け付けたときは、前の期間が満了した翌日から始まります。"
        "満了日に受け付けたご注文も、これに含みます。",
        "In the following years, if the order is accepted within the previous period (its last day "
        "included), the new period begins on the day after that one expires.",
    ),
    (
        "3-2b",
        "前の期間が満了した後にご注文を受け付けたときは、受け付けた日の翌月1日"
        "（1日に受け付けたときは、その日）から始まります。その間は空白となり、サポートの対象になりません。",
        "If the order is accepted after the previous period expired, the new period begins on the 1st "
        "of the month after acceptance (on that very day if it was the 1st). The days between are a "
        "gap and are not covered.",
    ),
    (
        "3-3",
        "満了から1年以上がたって購入するときは、「再継続年間サポート」を購入していただきます。",
        "If you buy one year or more after expiry, the re-continuation annual support has to be bought.",
    ),
    (
        "3-4",
        "サポートの期間は、年間サポート証書に記したとおりとします。",
        "The support period is the one that the annual support certificate states.",
    ),
    (
        "4",
        "このほかの条件は、「desknet'sシリーズ製品共通年間サポート約款」に準じます。",
        "In all other respects the common annual support terms of the desknet's series apply.",
    ),
]


def label(clause: str) -> str:
    """The terms' own numbering: 2-2d is 約款 2(2); 1-3 is a note below article 1."""
    article, _dash, paragraph = clause.partition("-")
    numbered = paragraph and clause != "1-3"
    return f"約款 {article}({paragraph[0]})" if numbered else f"約款 {article}"


def add(apps: Any, schema_editor: Any) -> None:
    apps.get_model("business_calendar", "TermsVersion").objects.create(
        number=NUMBER,
        title="desknet's NEO 分散サーバー 年間サポート約款",
        in_force_from=date(2026, 4, 1),
        clauses=[
            {"clause": clause, "label": label(clause), "text_ja": ja, "text_en": en}
            for clause, ja, en in CLAUSES
        ],
        common_terms_url="https://www.desknets.com/",
    )


def remove(apps: Any, schema_editor: Any) -> None:
    apps.get_model("business_calendar", "TermsVersion").objects.filter(number=NUMBER).delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("business_calendar", "0002_first_calendar_version")]
    operations: ClassVar = [migrations.RunPython(add, remove)]
