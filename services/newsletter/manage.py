"""Run a management command of the newsletter service: ``python -m services.newsletter.manage COMMAND``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "services.newsletter.settings")
    execute_from_command_line(sys.argv)
