"""What a calendar cannot answer. Both are ValueErrors whose text a person can read."""


class NoOpenTimeError(ValueError):
    """The calendar has no open time (or no business day) where one was asked for."""


class OutOfReachError(ValueError):
    """The answer lies outside the years 1 to 9999."""
