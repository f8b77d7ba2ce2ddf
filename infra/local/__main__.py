"""The program behind ``./hub``."""

import sys

from infra.local.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
