"""The staff's side: applications to look at, keys and licences to read. Only services write."""

from licensing.admin import applications, keys, resigning, revocation, stops, switches

__all__ = ["applications", "keys", "resigning", "revocation", "stops", "switches"]
