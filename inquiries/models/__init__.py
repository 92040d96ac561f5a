"""What the desk remembers of questions and answers. Only services write here."""

from inquiries.models.drafts import AnswerDraft, Attachment, Draft
from inquiries.models.inquiries import (
    FINAL,
    SUBJECT_LENGTH,
    Category,
    Inquiry,
    InquiryQuerySet,
    Topic,
)
from inquiries.models.messages import Message

__all__ = [
    "FINAL",
    "SUBJECT_LENGTH",
    "AnswerDraft",
    "Attachment",
    "Category",
    "Draft",
    "Inquiry",
    "InquiryQuerySet",
    "Message",
    "Topic",
]
