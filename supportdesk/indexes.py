"""Kinds of index that several models have."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models.functions import Upper


def found_within(field: str, name: str) -> GinIndex:
    """For what staff type a part of (`icontains`); its migration needs TrigramExtension before."""
    return GinIndex(OpClass(Upper(field), "gin_trgm_ops"), name=name)
