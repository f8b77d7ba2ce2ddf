"""What do ``./hub containers`` and ``./hub secrets`` take?"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.containers import checking, images
from infra.containers.bringing_up import NotReady, bring_up, take_down
from infra.containers.engine import Engine, EngineFailed, EngineMissing, engine_here
from infra.containers.secrets import NoCertificate, make_secrets
from infra.local.places import ROOT
from infra.local.staff import FIRST_MEMBER

SECRETS = ROOT / "var" / "secrets"
TROUBLE = (EngineMissing, EngineFailed, NotReady, NoCertificate, checking.Broken)


def secrets_main(argv: Sequence[str]) -> int:
    """Make the secrets of ``docker-compose.yml``."""
    parser = argparse.ArgumentParser(
        prog="./hub secrets",
        description="Make the secrets that docker-compose.yml reads, one file each. What is there already stays.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where; SECRETS_DIR in .env names it")
    parser.add_argument(
        "--host", action="append", metavar="NAME", help="a name the certificate vouches for (default: this machine)"
    )
    arguments = parser.parse_args(argv)
    hosts = tuple(arguments.host or ("localhost", "127.0.0.1"))
    try:
        made = make_secrets(arguments.folder, hosts=hosts)
    except NoCertificate as error:
        print(f"hub: {error}", file=sys.stderr)
        return 1
    print(f"Made in {arguments.folder}: {', '.join(made) or 'nothing, all is there'}.")
    return 0


def main(argv: Sequence[str]) -> int:
    """Bring the compose file up, check it, or take it down."""
    arguments = _parser().parse_args(argv)
    secrets: Path = arguments.secrets.resolve()
    try:
        found = engine_here({"SECRETS_DIR": str(secrets)})
        named = {"SECRETS_DIR": str(secrets), "INNER_PARTNER_HOSTS": checking.host_name(found)}
        engine = engine_here(named)
        if arguments.command == "down":
            take_down(engine, with_volumes=arguments.volumes)
            return 0
        up(engine, secrets, scale=dict(arguments.scale))
        if arguments.command == "check":
            check(engine, secrets)
            take_down(engine, with_volumes=True)
    except TROUBLE as error:
        print(f"hub: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hub containers",
        description="Run docker-compose.yml here, under Docker or podman, demo profile included.",
        epilog="check brings it up, walks the chain, kills each container, walks again, and removes it with its data.",
    )
    parser.add_argument("command", choices=("up", "check", "down"))
    parser.add_argument("--secrets", metavar="DIR", type=Path, default=SECRETS, help="default: var/secrets")
    parser.add_argument(
        "--scale", metavar="SERVICE=N", type=_scale, action="append", default=[], help="run N containers of a service"
    )
    parser.add_argument("--volumes", action="store_true", help="with down: remove the data too")
    return parser


def _scale(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    if not name or not count.isdecimal():
        raise argparse.ArgumentTypeError("write SERVICE=N")
    return name, int(count)


def up(engine: Engine, secrets: Path, *, scale: dict[str, int]) -> None:
    """Make secrets and images where they are missing, start everything, and say where to click."""
    make_secrets(secrets)
    print("Images …", flush=True)
    images.provide(engine)
    seconds = bring_up(engine, scale=scale)
    print(
        f"""
Make-IT-Safe is ready in containers ({seconds:.0f} s).

  Editing         https://127.0.0.1:8000/
                  user name {FIRST_MEMBER}   password in {secrets / "staff_password"}
  Partner API     https://127.0.0.1:8001/v1/tools
  Newsletters     https://127.0.0.1:8002/subscribe/
  Mails           https://127.0.0.1:8025/
  Partner's site  https://127.0.0.1:8080/

  The certificate vouches for itself: {secrets / "tls_certificate.pem"}
  Stop with ./hub containers down; --volumes removes the data too.
""",
        flush=True,
    )


def check(engine: Engine, secrets: Path) -> None:
    """Walk, kill each container, walk again; raises what went wrong."""
    checking.walk(engine, secrets)
    print("\n".join(f"  {name:<34} {used}" for name, used in checking.memory(engine).items()), flush=True)
    for back in checking.kill_each(engine):
        print(f"✓ {back.service:<34} killed; well again after {back.seconds:5.1f} s, by {back.by}", flush=True)
    checking.everything_is_well(engine)
    checking.walk(engine, secrets)
