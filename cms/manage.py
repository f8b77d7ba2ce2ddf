"""How are the commands of the CMS run? ``python -m cms.manage COMMAND``."""

import os

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named in the arguments of the process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.config.settings")
    execute_from_command_line()


if __name__ == "__main__":
    main()
