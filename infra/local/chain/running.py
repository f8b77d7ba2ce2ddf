"""What is known of an installation that runs somewhere? Where it answers, and a partner's site of our own beside it."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.chain.expecting import wait_for
from infra.local.chain.installation import Doors
from infra.local.chain.instance import free_ports
from infra.local.launcher.health import probe
from infra.local.launcher.processes import python
from infra.local.places import LOOPBACK, ROOT, Ports, address

EVERYWHERE = "0.0.0.0"  # noqa: S104 - an installation in containers reaches this machine from outside the loopback


class NoAddress(ValueError):
    """What was given is no web address."""


@dataclass(frozen=True)
class Running:
    """An installation that is there already."""

    doors: Doors
    staff_name: str
    staff_password: str
    partner_keys_file: Path

    def make_list(self) -> None:
        """Nothing: who keeps the installation has made the list, or is told so."""

    def last_lines(self) -> str:
        return "Its own logs say more; look for the request ids."


def doors_at(url: str, *, ca_file: str = "") -> Doors:
    """Return the doors of an installation: ``url`` is where staff edit, the others follow. Raises NoAddress."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoAddress(f"{url} is no web address: write http://host or https://host:port.")
    ports = Ports(parts.port or Ports().base)

    def at(port: int) -> str:
        return f"{parts.scheme}://{parts.hostname}:{port}"

    return Doors(
        editing=at(ports.editing),
        delivery=at(ports.delivery),
        newsletter=at(ports.newsletter),
        mails=at(ports.mails),
        site="",
        hooks="",
        ca_file=ca_file,
    )


@contextmanager
def running(doors: Doors, *, staff_name: str, staff_password: str, hooks_host: str) -> Iterator[Running]:
    """Start a partner's site for the walk and yield the installation; ``hooks_host`` is this machine as it sees it."""
    port = free_ports().partner_site
    with tempfile.TemporaryDirectory(prefix="make-it-safe-") as folder:
        keys = Path(folder) / "partner-keys.json"
        keys.write_text(json.dumps({}))
        where = ("--port", str(port), "--host", EVERYWHERE if hooks_host else LOOPBACK)
        trusted = ("--ca", doors.ca_file) if doors.ca_file else ()
        argv = python("infra.local.partner_site", "--api", doors.delivery, "--keys", str(keys), *where, *trusted)
        site = subprocess.Popen(argv, cwd=ROOT)
        try:
            wait_for("The partner's site", lambda: probe(port, "/readyz") is None, limit_s=20)
            hooks = f"http://{hooks_host}:{port}" if hooks_host else address(port)
            known = replace(doors, site=address(port), hooks=hooks)
            yield Running(known, staff_name, staff_password, keys)
        finally:
            site.terminate()
            site.wait(10)
