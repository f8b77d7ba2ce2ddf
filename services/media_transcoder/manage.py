"""Run a management command of the transcoder: ``python -m services.media_transcoder.manage COMMAND``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "services.media_transcoder.settings")
    execute_from_command_line(sys.argv)
