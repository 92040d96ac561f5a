"""What several admins share."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal
from unfold.admin import ModelAdmin

_MOST_KEYS = 5000  # a search that finds more has not named anything


class ReadOnly(ModelAdmin):
    """Kept by the services; people read it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PagesByKey(Paginator):  # type: ignore[type-arg]
    """Finds the keys of a page first: they sort quickly, whole rows with all they join do not."""

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        listed: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        keys = list(listed.values_list("pk", flat=True)[first : first + self.per_page])
        rows = {row.pk: row for row in listed.filter(pk__in=keys)}
        return Page([rows[key] for key in keys if key in rows], number, self)


class ManyRows(ModelAdmin):
    """For lists that grow over years: nothing in them asks for every row at its full width."""

    paginator = PagesByKey
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Each field is searched by itself: the database joins nothing and uses its indexes."""
        fields = self.get_search_fields(request)
        for bit in smart_split(search_term):
            words = unescape_string_literal(bit) if bit[0] == bit[-1] in "\"'" else bit
            found = [Q(**{f"{field}__icontains": words}) for field in fields]
            queryset = queryset.filter(any_of(self.model, found))
        return queryset, False


def any_of(model: type[Model], found: Sequence[Q]) -> Q:
    """Rows for which one of these is so: each is asked by itself, and once.

    Joined by OR they would make the database join first and look at every row.
    """
    rows = model._default_manager.order_by()
    first, *others = (rows.filter(one).values_list("pk", flat=True) for one in found)
    united = first.union(*others).order_by()
    keys = list(united[: _MOST_KEYS + 1])
    return Q(pk__in=keys) if len(keys) <= _MOST_KEYS else reduce(or_, found)


class Prefilled(ModelAdmin):
    """An address may say what an empty form begins with; what cannot be a value is left out."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if self._can_be(name, value)}

    def _can_be(self, name: str, value: Any) -> bool:
        try:
            self.model._meta.get_field(name).to_python(value)
        except (FieldDoesNotExist, ValidationError):
            return False
        return True
