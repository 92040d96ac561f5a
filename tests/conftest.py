import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from tests import migrated

# Examples are timed by the suite's own limits: a busy machine must not fail a property.
# They are others in each run: a few every day find what many find at once before a landing.
hypothesis_settings.register_profile("everyday", deadline=None, max_examples=20)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=100)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))
# Builders make people with passwords; strong hashing would be most of the suite's time.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files are looked up when they are asked for, not all of them for each new client.
settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> None:
    # Several runs may share the embedded server: each has its own database.
    testing = settings.DATABASES["default"].setdefault("TEST", {})
    testing["NAME"] = f"test_supportdesk_{os.getpid()}"
    with django_db_blocker.unblock():
        testing["TEMPLATE"] = migrated.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from supportdesk import clock
    from tests import emptying  # models, which are there by now

    with django_db_blocker.unblock():
        clock.make_shiftable()
        emptying.remember_rows_of_migrations()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield
