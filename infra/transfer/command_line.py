"""What do ``./hub backup``, ``restore`` and ``move`` take?"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.engines import EnginesUnreadable
from infra.local.places import DEFAULT_DATA, Place
from infra.local.secrets import SecretsUnreadable
from infra.transfer.errors import TransferError

if TYPE_CHECKING:  # what a transfer needs is imported by one, not by every start of ./hub
    from infra.transfer.installation import Installation

USAGE_ERROR = 2
_ADDRESSES = (
    "URL is one address with {deployable} in it, as in postgresql://user:password@host/{deployable}, or three as "
    "cms=URL newsletter=URL transcoder=URL. FILES is s3://KEY:SECRET@HOST/NAME or file:///FOLDER, as in STORAGE_URL. "
    "To keep passwords from the list of processes, write the arguments into a file, one a line, and give @FILE."
)


def add_backup(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write databases and files of an installation, running or not, into a new folder."
    parser.epilog = _ADDRESSES
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="the new folder")
    what.add_argument("--check", metavar="DIR", type=Path, help="read a backup to its last byte and compare hashes")
    what.add_argument(
        "--recalls", metavar="FILE", type=Path, help="bring only the log of recalls up to date, which takes a second"
    )
    parser.add_argument("--with-secrets", action="store_true", help="keys and passwords too, readable; else they stay")
    _add_installation(parser, "--from")
    parser.set_defaults(run=_told(_backup))


def add_restore(parser: argparse.ArgumentParser) -> None:
    parser.description = "Bring a backup into an empty installation. Killed, it goes on when it is run again."
    parser.epilog = _ADDRESSES
    parser.add_argument("folder", type=Path, metavar="DIR", help="the backup")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="read everything back and compare, row by row and byte by byte; where something is already, do only that",
    )
    parser.add_argument(
        "--recalls",
        metavar="FILE",
        type=Path,
        help="log of recalls (default: recalls.jsonl beside DIR, if it is there)",
    )
    _add_installation(parser, "--to")
    parser.set_defaults(run=_told(_restore))


def add_move(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Take an installation that stands still to PostgreSQL and S3, compare all of it, and say what to set. Killed, "
        "it goes on when it is run again."
    )
    parser.epilog = _ADDRESSES
    _add_installation(parser, "--to", is_required=True)
    parser.set_defaults(run=_told(_move))


def _add_installation(parser: argparse.ArgumentParser, option: str, *, is_required: bool = False) -> None:
    parser.fromfile_prefix_chars = "@"
    parser.add_argument("--data", metavar="DIR", type=Path, default=DEFAULT_DATA, help="data folder (default: var)")
    parser.add_argument(option, dest="databases", metavar="URL", nargs="+", required=is_required, help="databases")
    parser.add_argument("--storage", metavar="FILES", default="", help="where the files are, with databases elsewhere")


def _backup(arguments: argparse.Namespace) -> None:
    from infra.transfer import backing_up

    if arguments.check:
        backing_up.check(arguments.check, say)
    elif arguments.recalls:
        backing_up.log_recalls(_installation(arguments), arguments.recalls, say)
    else:
        folder, data = arguments.folder.absolute(), arguments.data.resolve()
        backing_up.back_up(_installation(arguments), folder, data=data, with_secrets=arguments.with_secrets, tell=say)


def _restore(arguments: argparse.Namespace) -> None:
    from infra.transfer import restoring
    from infra.transfer.reading import ArchiveSource
    from infra.transfer.targets import is_whole

    archive, installation = ArchiveSource(arguments.folder), _installation(arguments)
    if arguments.verify and is_whole(installation):
        restoring.verify_only(archive, installation, say)
        return
    log = restoring.log_beside(arguments.folder, arguments.recalls)
    restoring.restore(archive, installation, log=log, is_verifying=arguments.verify, tell=say)


def _move(arguments: argparse.Namespace) -> None:
    from infra.transfer.installation import addressed
    from infra.transfer.moving import move

    move(_place(arguments), addressed(arguments.databases, arguments.storage), say)


def _place(arguments: argparse.Namespace) -> Place:
    return Place(data=arguments.data.resolve())


def _installation(arguments: argparse.Namespace) -> "Installation":
    from infra.transfer.installation import addressed, in_folder

    if arguments.databases:
        return addressed(arguments.databases, arguments.storage)
    return in_folder(_place(arguments))


def _told(do: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    """Return ``do`` as a command: what went wrong is a sentence and code 1."""

    def run(arguments: argparse.Namespace) -> int:
        from foundation.storage.errors import StorageError

        try:
            do(arguments)
        except (TransferError, StorageError, EnginesUnreadable, SecretsUnreadable) as error:
            print(f"hub: {error}", file=sys.stderr)
            return 1
        return 0

    return run


def say(sentence: str) -> None:
    print(sentence, flush=True)
