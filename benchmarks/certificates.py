"""How long does a certificate take to draw, and how large is it? Needs no database.

    DEMO=1 python benchmarks/certificates.py [--pages 200]

Every page has a customer, a number and a signature of its own, as in earnest: nothing but the
fonts and the template can be reused. The first page loads the fonts and is told apart. The last
line draws as many in one file, as a contract's certificates are saved together.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

import django

django.setup()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from contracts import certificate_document  # noqa: E402
from contracts.models import Certificate  # noqa: E402
from supportdesk.signing import codec  # noqa: E402

PRIVATE = Ed25519PrivateKey.generate()
COMPANIES = "東西南北中央青葉若松富士山川海星光緑白赤黒金銀鉄石竹梅桜"


def a_certificate(number: int) -> Certificate:
    starts_on = date(2026, 4, 1) + timedelta(days=number)
    word = "".join(COMPANIES[(number * step) % len(COMPANIES)] for step in (1, 3, 7))
    certificate = Certificate(
        number=f"2026-{number:06d}",
        issued_on=starts_on - timedelta(days=20),
        entitled_from=starts_on,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364),
        customer_name=f"株式会社{word}工業",
        product_code="dn-distributed",
        product_name="desknet's NEO 分散サーバー",
        support_name="desknet's NEO 分散サーバー 年間サポート",
        quantity=1 + number % 5,
        contract_number=f"S-{10_000 + number}",
        site="本社",
        kind="renewal",
        support_service_number=f"SS-{40_000 + number}",
        kid="2026a",
        printed={
            "issuer": "株式会社サポートデスク",
            "issuer_address": "名古屋市中区さくら通 1-2-3",
            "desk": "年間サポートデスク",
            "desk_url": "https://support.example",
            "hours": "9:00〜12:00、13:00〜17:30（土日・祝日・当社休業日を除く）",
            "terms": "年間サポート約款 2026年4月1日版",
        },
    )
    document = certificate.fields.as_document()
    certificate.signed_text = codec.sign(document, kid="2026a", private=PRIVATE)
    return certificate


def drawn(certificate: Certificate) -> tuple[float, float, int]:
    """Milliseconds by the clock and of the processor, and bytes."""
    started, worked = time.perf_counter(), time.process_time()
    size = len(certificate_document.draw(certificate))
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=200)
    pages = parser.parse_args().pages
    certificates = [a_certificate(number) for number in range(1, pages + 2)]
    first, *rest = [drawn(one) for one in certificates]
    times = sorted(took for took, _work, _size in rest)
    work = statistics.median(work for _took, work, _size in rest)
    print(f"first page, fonts loaded  {first[0]:7.1f} ms")
    print(f"each page, median         {statistics.median(times):7.1f} ms")
    print(f"each page, 95 %           {times[int(len(times) * 0.95)]:7.1f} ms")
    print(f"its processor time        {work:7.1f} ms")
    print(f"size                      {statistics.median(one[2] for one in rest) / 1024:7.1f} KiB")
    code = certificate_document.code_of(certificates[0].signed_text)
    print(f"code                      {code.designator}, {code.symbol_size(border=0)[0]} modules")
    started = time.perf_counter()
    together = certificate_document.draw_all(
        [(one, ("", "")) for one in certificates], title="控え"
    )
    took = (time.perf_counter() - started) * 1000 / len(certificates)
    size = len(together) / len(certificates) / 1024
    print(f"in one file, a page       {took:7.1f} ms, {size:.1f} KiB")


if __name__ == "__main__":
    main()
