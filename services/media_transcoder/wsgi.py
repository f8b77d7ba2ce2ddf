"""The WSGI application of the transcoder's API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "services.media_transcoder.settings")
application = get_wsgi_application()
