"""Hosts that keep us waiting have a lane of their own: they delay no other mail (G14).

The relay is one, but what it does at RCPT or at the end of the data can depend on the host that
the mail is for: a call-back that hangs, a filter that tarpits.
"""

from django.db.models import Q

from supportdesk.outbox.domain import PATIENCE_SECONDS, host_of

_MOST = 200  # beyond that the relay is slow for everybody, and lanes help nobody


class SlowHosts:
    """What one process has learnt; its lanes share it. The next process learns it anew."""

    def __init__(self) -> None:
        self._hosts: dict[str, None] = {}

    def __bool__(self) -> bool:
        return bool(self._hosts)

    def __contains__(self, recipient: str) -> bool:
        return host_of(recipient) in self._hosts

    def learn(self, recipient: str, seconds: float) -> None:
        """How long a mail for this recipient took: its host is slow, or it is not any more."""
        host = host_of(recipient)
        if seconds <= PATIENCE_SECONDS:
            self._hosts.pop(host, None)
            return
        self._hosts[host] = None
        while len(self._hosts) > _MOST:
            self._hosts.pop(next(iter(self._hosts)))

    def mail(self) -> Q:
        """The mail for them, whatever the case of its address."""
        theirs = Q(pk__in=[])
        for host in list(self._hosts):
            theirs |= Q(recipient__iendswith=f"@{host}")
        return theirs
