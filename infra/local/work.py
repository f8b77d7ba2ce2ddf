"""How does a worker run beside eight other processes? By its own command, giving back memory after big jobs."""

import runpy
import sys

from infra.local.memory import keep_giving_back, load_nothing_in_vain


def main(manage: str, arguments: list[str]) -> None:
    load_nothing_in_vain()
    keep_giving_back()
    sys.argv = [manage, "work", *arguments]
    runpy.run_module(manage, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
