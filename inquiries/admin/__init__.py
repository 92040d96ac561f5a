"""The staff's side: the queue, a page for each inquiry, answers that wait for their moment."""

from inquiries.admin import queue, scheduled

__all__ = ["queue", "scheduled"]
