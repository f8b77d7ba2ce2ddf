"""The receiver as a process: ``PORT``."""

import sys

from django.core.wsgi import get_wsgi_application

from infra.local.web.server import serve

if __name__ == "__main__":
    serve(get_wsgi_application(), int(sys.argv[1]))
