"""The catcher of mails as a program: SMTP on one port, its pages on another."""

import argparse
from pathlib import Path

from infra.local.mails.receiver import receiving
from infra.local.mails.site import application
from infra.local.mails.store import MailStore
from infra.local.places import LOOPBACK
from infra.local.web.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="mails", description="Take every mail, deliver none, show them all.")
    parser.add_argument("--store", type=Path, required=True, help="SQLite file that keeps the mails")
    parser.add_argument("--host", default=LOOPBACK, help="where both listen (default: %(default)s)")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--port", type=int, required=True, help="port of the pages")
    arguments = parser.parse_args()
    store = MailStore(arguments.store)
    receiver = receiving(store, arguments.smtp_port, host=arguments.host)
    receiver.start()
    try:
        serve(application(store), arguments.port, host=arguments.host)
    finally:
        receiver.stop(no_assert=True)


if __name__ == "__main__":
    main()
