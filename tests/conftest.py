import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

# Examples are timed by the suite's own limits: a busy machine must not fail a property.
hypothesis_settings.register_profile("desk", deadline=None)
hypothesis_settings.load_profile("desk")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    # Several runs may share the embedded server: each has its own database.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_supportdesk_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from supportdesk import clock

    with django_db_blocker.unblock():
        clock.make_shiftable()
    yield
