"""What does the web server call? ``CMS_ROLE`` says which of the two processes it becomes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.config.settings")

application = get_wsgi_application()
