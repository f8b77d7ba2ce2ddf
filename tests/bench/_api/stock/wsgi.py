"""What does the server call for the stock Wagtail?"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench._api.stock.settings")

application = get_wsgi_application()
