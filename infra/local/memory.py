"""How do nine processes fit on one machine? By loading nothing in vain, and giving back what is no longer needed."""

import ctypes
import gc
import os
import sys
import threading

EVERY_S = 20.0
# Frameworks load these if they are installed (Django REST framework: the first two; Wagtail: the driver of PostgreSQL;
# httpx: the last two, for its command line). The embedded default runs on SQLite and uses none of them: 50 MB in all.
IN_VAIN = ("requests", "yaml", "rich", "pygments")
DRIVER = "psycopg"


def load_nothing_in_vain() -> None:
    """Let importing these fail as if they were not installed (import system, ``sys.modules``): all take that well."""
    is_on_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    for name in IN_VAIN if is_on_postgresql else (*IN_VAIN, DRIVER):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def settle() -> None:
    """Forget what only importing needed, and spare the collector what stays."""
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Return freed memory to the system where the C library can (glibc): by itself it keeps what it once had."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def keep_giving_back() -> None:
    """Do so every now and then, in a thread that holds up nobody."""

    def repeat() -> None:
        while not threading.Event().wait(EVERY_S):
            give_back()

    threading.Thread(target=repeat, name="memory", daemon=True).start()
