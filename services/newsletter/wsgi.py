"""The WSGI application of the newsletter service's pages and API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "services.newsletter.settings")
application = get_wsgi_application()
