"""Does another process of this machine still run?"""

import os


def is_alive(pid: int) -> bool:
    """Say whether a process has this number now; one of another user counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
