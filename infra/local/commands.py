"""Which commands does ``./hub`` have, and what does each take?"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from infra.local.chain.installation import LIST, LIST_NAME
from infra.local.places import DEFAULT_DATA, DEFAULT_PORT_BASE, LOOPBACK, ROOT, Place, Ports
from infra.local.staff import FIRST_MEMBER
from infra.transfer.command_line import add_backup, add_move, add_restore

DOORS = {"delivery": "the partner API", "newsletter": "the readers' pages", "mails": "the catcher of mails"}
HIGHEST_BASE = 65535 - 80
USAGE_ERROR = 2


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 not understood."""
    if argv and argv[0] in PASSED_ON:
        return PASSED_ON[argv[0]](list(argv[1:]))
    arguments = parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    hub = argparse.ArgumentParser(
        prog="./hub",
        description="Make-IT-Safe on this machine: the content system, its two services, a partner's site.",
        epilog="./hub COMMAND --help tells more about one command. Start with ./hub demo.",
    )
    commands = hub.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_demo(commands.add_parser("demo", help="start everything, with content about the project"))
    _add_up(commands.add_parser("up", help="start everything, without demo content"))
    for name, sentence in PASSED_ON_HELP.items():
        commands.add_parser(name, help=sentence, add_help=False)
    _add_bench(commands.add_parser("bench", help="measure, and print a table"))
    _add_doctor(commands.add_parser("doctor", help="say what is configured, what is missing and what to do"))
    _add_manage(commands.add_parser("manage", help="run a management command of one deployable"))
    add_backup(commands.add_parser("backup", help="write databases and files of an installation into a folder"))
    add_restore(commands.add_parser("restore", help="bring a backup into an empty installation, and compare"))
    add_move(commands.add_parser("move", help="take an installation to PostgreSQL and S3, and compare"))
    return hub


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=DEFAULT_DATA, help="data folder (default: var)")
    parser.add_argument(
        "--port-base",
        metavar="N",
        type=_port_base,
        default=DEFAULT_PORT_BASE,
        help=f"first port on {LOOPBACK}: editing N, delivery N+1, newsletter N+2, transcoder N+3, "
        "mails N+25 (SMTP N+26), partner's site N+80 (default: %(default)s)",
    )


def _port_base(text: str) -> int:
    if not text.isdecimal() or not 1024 <= int(text) <= HIGHEST_BASE:
        raise argparse.ArgumentTypeError(f"choose a number from 1024 to {HIGHEST_BASE}")
    return int(text)


def _place(arguments: argparse.Namespace) -> Place:
    return Place(data=arguments.data.resolve(), ports=Ports(arguments.port_base))


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = "Start everything, with content about the project; the first start loads it."
    _add_place(parser)
    parser.add_argument(
        "--check", action="store_true", help="walk the whole chain on free ports in a temporary folder, then stop"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="with --check: write each step with its seconds")
    _add_against(parser)
    parser.set_defaults(run=_demo)


def _add_against(parser: argparse.ArgumentParser) -> None:
    against = parser.add_argument_group(
        "a running installation",
        "With --check --against URL the chain is walked there. It publishes, sends to a list of its own and withdraws "
        f"everything again. It needs that list (./hub manage newsletter create_list {LIST} {LIST_NAME}) and, for the "
        "mails, a catcher in the place of the relay.",
    )
    against.add_argument("--against", metavar="URL", help="where staff edit; the other ports follow from its own")
    for door, what in DOORS.items():
        against.add_argument(f"--{door}", metavar="URL", help=f"{what}, if it is elsewhere")
    against.add_argument("--staff", metavar="NAME", default=FIRST_MEMBER, help="who logs in (default: %(default)s)")
    against.add_argument("--password-file", metavar="FILE", type=Path, help="holds the password; asked for without")
    against.add_argument("--ca", metavar="FILE", default="", help="certificate that vouches for the addresses")
    against.add_argument(
        "--hooks-host", metavar="NAME", default="", help="this machine as the installation calls it, for webhooks"
    )


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.check:
        from infra.local.chain.check import check_chain

        return _check_running(arguments) if arguments.against else check_chain(arguments.json)
    from infra.local.demo.tasks import demo_tasks
    from infra.local.launcher.run import run

    _compile_messages()
    return run(_place(arguments), tasks=demo_tasks)


def _check_running(arguments: argparse.Namespace) -> int:
    from dataclasses import replace
    from getpass import getpass

    from infra.local.chain.check import check_chain
    from infra.local.chain.running import NoAddress, doors_at, running

    given = {door: getattr(arguments, door) for door in DOORS if getattr(arguments, door)}
    try:
        doors = replace(doors_at(arguments.against, ca_file=arguments.ca), **given)
    except NoAddress as error:
        print(f"hub: {error}", file=sys.stderr)
        return USAGE_ERROR
    file = arguments.password_file
    password = file.read_text().strip() if file else getpass(f"Password of {arguments.staff}: ")
    where = {"staff_name": arguments.staff, "staff_password": password, "hooks_host": arguments.hooks_host}
    with running(doors, **where) as installation:
        return check_chain(arguments.json, against=installation)


def _add_up(parser: argparse.ArgumentParser) -> None:
    parser.description = "Start everything, without demo content."
    _add_place(parser)
    parser.set_defaults(run=_up)


def _up(arguments: argparse.Namespace) -> int:
    from infra.local.launcher.run import run

    _compile_messages()
    return run(_place(arguments))


def _compile_messages() -> None:
    """Compile what is stale, in a process of its own: what that takes is not kept by a launcher that runs for days."""
    import subprocess

    from infra.local.launcher.processes import python

    subprocess.run(python("infra.local.messages"), cwd=ROOT, check=True)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.description = "Measure side by side in one run, and print a table; without NAME, say what can be measured."
    parser.add_argument("name", nargs="?", metavar="NAME", help="what to measure; 'all' for everything")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write {metric: number}")
    parser.add_argument(
        "--record", action="store_true", help="append the table to docs/performance.md with machine and date"
    )
    parser.set_defaults(run=_bench)


def _bench(arguments: argparse.Namespace) -> int:
    from infra.local.bench import bench

    return bench(arguments.name, json_file=arguments.json, is_recorded=arguments.record)


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say what is configured, what is missing and what to do; 1 when something keeps ./hub demo from working."
    )
    _add_place(parser)
    parser.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from infra.local.doctor import examine

    return examine(_place(arguments))


def _add_manage(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run a management command (Django's manage.py) with the environment ./hub demo gives it."
    _add_place(parser)
    parser.add_argument("deployable", choices=("cms", "transcoder", "newsletter"))
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="…", help="the command and its options, such as: migrate --plan"
    )
    parser.set_defaults(run=_manage)


def _manage(arguments: argparse.Namespace) -> int:
    from infra.local.launcher.processes import MANAGE, environments, python
    from infra.local.secrets import secrets_of

    _compile_messages()
    place = _place(arguments)
    environment = environments(place, secrets_of(place.secrets_file))[arguments.deployable]
    argv = python(MANAGE[arguments.deployable], *(arguments.command or ["help"]))
    os.execve(argv[0], argv, environment)  # noqa: S606 - our own module, no shell


def _test(argv: list[str]) -> int:
    from infra.quality.test import main as test

    return test(argv)


def _check(argv: list[str]) -> int:
    from infra.quality.check import main as check

    return check(argv)


def _fix(argv: list[str]) -> int:
    from infra.quality.fix import main as fix

    return fix(argv)


def _transcode(argv: list[str]) -> int:
    from services.media_transcoder.cli import main as transcode

    return transcode(argv)


def _containers(argv: list[str]) -> int:
    from infra.containers.commands import main as containers

    return containers(argv)


def _secrets(argv: list[str]) -> int:
    from infra.containers.commands import secrets_main

    return secrets_main(argv)


# These parse their own arguments, --help included.
PASSED_ON: dict[str, Callable[[list[str]], int]] = {
    "containers": _containers,
    "secrets": _secrets,
    "test": _test,
    "check": _check,
    "fix": _fix,
    "transcode": _transcode,
}
PASSED_ON_HELP = {
    "containers": "run docker-compose.yml here: containers up, containers check, containers down",
    "secrets": "make the secrets of docker-compose.yml: secrets DIR",
    "test": "run the tests, all or those of some areas",
    "check": "check style, types, imports, translations and migrations",
    "fix": "repair what the style checks can repair",
    "transcode": "prepare one film, without any service: transcode FILE DIR",
}
