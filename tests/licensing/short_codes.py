"""A product that shows codes of another form: four letters or digits."""

from licensing.domain.host_code import HostCodeError


def normalise(typed: str) -> str:
    code = "".join(typed.split()).upper()
    if len(code) != 4:
        raise HostCodeError("length", str(len(code)))
    return code


def display(code: str) -> str:
    return code
