"""What a service says no with."""


class RefusedError(Exception):
    """What was asked cannot be done; the message says why and what to do, in the reader's words."""
