"""A product that shows codes of another form: ten letters or digits, with a slash in the middle."""

from licensing.domain.host_code import HostCodeError

HINT = "英数字 10文字"
EXAMPLE = "AB12C/34DE5"


def normalise(typed: str) -> str:
    code = "".join(typed.replace("/", "").split()).upper()
    if len(code) != 10:
        raise HostCodeError("length", str(len(code)))
    return code


def display(code: str) -> str:
    return f"{code[:5]}/{code[5:]}"
