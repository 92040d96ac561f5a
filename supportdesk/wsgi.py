import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

# The web process publishes to the same broker as the workers: importing the
# app here makes it Celery's current one (otherwise tasks talk to amqp://).
from supportdesk.celery import app as celery_app

application = get_wsgi_application()

__all__ = ["application", "celery_app"]
