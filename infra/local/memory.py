"""How does a process give back what it no longer needs?"""

import ctypes
import gc
import threading

EVERY_S = 20.0


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
