"""Which value does a setting have?"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str = "") -> str:
    """Return the variable ``name``, or what the file named by ``name`` + ``_FILE`` holds: so containers get secrets.

    Raises ImproperlyConfigured when that file can't be read, or when both are set.
    """
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    if name in os.environ:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set: keep one of them.")
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which can't be read ({error.strerror}).") from error
