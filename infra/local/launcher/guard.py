"""Who clears up when the launcher itself is killed? A shell of one megabyte that outlives it for a moment.

PR_SET_PDEATHSIG already ends the launcher's own children on Linux. The guard also ends what they have started, and
works on other systems: it reads the sessions under way from a pipe and kills them when the pipe breaks off.
"""

import contextlib
import subprocess

# Each line is "+ PID" for a session that has begun or "- PID" for one that has ended.
SCRIPT = """
trap '' INT TERM HUP
sessions=' '
while read -r sign pid; do
  case $sign in
    +) sessions="$sessions$pid " ;;
    -) sessions="${sessions%% $pid *} ${sessions#* $pid }" ;;
  esac
done
for pid in $sessions; do kill -9 "-$pid" 2>/dev/null; done
"""


class Guard:
    """Knows which sessions run; whatever happens to this process, they end with it."""

    def __init__(self) -> None:
        self._shell = subprocess.Popen(
            ("/bin/sh", "-c", SCRIPT),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def begun(self, pid: int) -> None:
        self._tell(f"+ {pid}\n")

    def ended(self, pid: int) -> None:
        self._tell(f"- {pid}\n")

    def dismiss(self) -> None:
        """Let the guard go, with what is still running."""
        if self._shell.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._shell.stdin.close()
        self._shell.wait()

    def _tell(self, line: str) -> None:
        if self._shell.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # somebody killed the guard: PDEATHSIG remains
                self._shell.stdin.write(line)
                self._shell.stdin.flush()
