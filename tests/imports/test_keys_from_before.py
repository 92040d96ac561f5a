"""Keys issued before the desk kept them come in as foreign ones; all go out, never their text."""

import csv
import io

import pytest

from licensing.domain import host_code
from licensing.imports import Keys
from licensing.models import Key, License
from supportdesk import tables
from tests.builders import a_contract
from tests.imports.files import checked, counts, imported, problems
from tests.licensing.builders import an_application

pytestmark = pytest.mark.django_db

CODE, OTHER = host_code.with_check("7F3A91C20B6ED54"), host_code.with_check("91C20B6ED547F3A")


def exported() -> str:
    return b"".join(tables.written(Keys().table(Key.objects.all()))).decode("utf-8-sig")


def test_a_licence_comes_with_its_keys_and_only_the_last_is_in_force() -> None:
    contract = a_contract()
    file = f"""serial,ライセンス番号,契約番号,label,数量,サーバー名,ホストコード,発行日,失効日
L-1-01,L-1,{contract.number},本社サーバー,100,AOBA-APP01,{CODE.lower()},2023/4/1,2024/5/2
L-1-02,L-1,,,,aoba-app02,{host_code.display(OTHER)},2024/5/2,
"""
    assert counts(imported("keys", file)) == (2, 0, 0, 0)
    license_ = License.objects.get()
    assert (license_.contract, license_.label, license_.quantity) == (contract, "本社サーバー", 100)
    old, new = license_.keys.order_by("issue_number")
    assert (old.server_name, old.host_code, old.klass) == ("aoba-app01", CODE, "foreign")
    assert license_.current_key == new
    assert (new.issue_number, new.kid, bytes(new.sealed_text)) == (2, "", b"")
    assert counts(checked("keys", file)) == (0, 0, 2, 0)
    assert counts(checked("keys", exported())) == (0, 0, 2, 0)


def test_what_cannot_be_is_told_by_line_and_column() -> None:
    contract = a_contract()
    file = f"""serial,license,contract,server_name,host_code,issued_on,issue_number,revoked_on
K1,L-1,{contract.number},app01,{CODE},2024-04-01,1,
K2,L-1,,app02,{OTHER},2024-04-01,1,
K3,L-1,,app03,{OTHER},2024-04-01,3,
K4,L-2,,app04,{OTHER},2024-04-01,,
K5,L-3,{contract.number},app 05,{CODE[:-1]}*,2030-04-01,,2024-01-01
"""
    run = checked("keys", file)
    assert [(line, column) for line, column, _said in problems(run)] == [
        (3, "issue_number"),
        (3, "superseded_on"),
        (4, "superseded_on"),
        (5, "contract"),
        (6, "server_name"),
        (6, "host_code"),
        (6, "issued_on"),
        (6, "revoked_on"),
        (6, "revocation_reason"),
    ]
    assert not Key.objects.exists()


def test_no_export_tells_a_signed_text() -> None:
    application = an_application()
    Key.objects.filter(license=application.license).update(
        klass="regular", kid="k1", sealed_text=b"secret", valid_from="2026-01-01"
    )
    (row,) = list(csv.DictReader(io.StringIO(exported())))
    assert row["種類"] == "正式キー"
    assert "secret" not in exported()
    assert counts(checked("keys", exported())) == (0, 0, 1, 0)
