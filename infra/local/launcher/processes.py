"""Which processes make an instance, and what must be ready before each?"""

import sys
from dataclasses import dataclass, field

from infra.local.environment import (
    cms_environment,
    delivery_environment,
    newsletter_environment,
    site_environment,
    transcoder_environment,
)
from infra.local.places import Place, Ports, address
from infra.local.secrets import Secrets

MANAGE = {
    "cms": "cms.manage",
    "newsletter": "services.newsletter.manage",
    "transcoder": "services.media_transcoder.manage",
}


@dataclass(frozen=True)
class Process:
    """One process. ``runs_once``: its end with 0 counts as ready, and it is not started again."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    port: int | None = None
    after: tuple[str, ...] = ()
    runs_once: bool = False


def python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def server(application: str, port: int) -> tuple[str, ...]:
    return python("infra.local.serve", application, str(port))


def environments(place: Place, secrets: Secrets) -> dict[str, dict[str, str]]:
    """Return the environment of each deployable, by its name in ``./hub manage``."""
    return {
        "cms": cms_environment(place, secrets),
        "newsletter": newsletter_environment(place, secrets),
        "transcoder": transcoder_environment(place, secrets),
    }


def processes(place: Place, secrets: Secrets, *, after: tuple[str, ...] = ()) -> tuple[Process, ...]:
    """Return the long-running processes; those with tables start after what ``after`` names."""
    known, ports = environments(place, secrets), place.ports
    cms, newsletter, transcoder = known["cms"], known["newsletter"], known["transcoder"]
    delivery, wsgi = delivery_environment(place, secrets), "cms.config.wsgi:application"

    def tables_of(deployable: str) -> tuple[str, ...]:
        return tuple(name for name in after if name == f"{deployable}-tables")

    return (
        Process("editing", server(wsgi, ports.editing), cms, ports.editing, tables_of("cms")),
        Process(
            "transcoder",
            server("services.media_transcoder.wsgi:application", ports.transcoder),
            transcoder,
            ports.transcoder,
            tables_of("transcoder"),
        ),
        Process(
            "newsletter",
            server("services.newsletter.wsgi:application", ports.newsletter),
            newsletter,
            ports.newsletter,
            tables_of("newsletter"),
        ),
        Process("delivery", server(wsgi, ports.delivery), delivery, ports.delivery, tables_of("cms")),
        *workers(known, ports, after),
        *small_sites(place, secrets),
    )


def workers(known: dict[str, dict[str, str]], ports: Ports, after: tuple[str, ...]) -> tuple[Process, ...]:
    """Return the processes that do background work; each answers for its health on a port of its own."""
    health = {"cms": ports.cms_work, "newsletter": ports.newsletter_work, "transcoder": ports.transcoder_work}
    return tuple(
        Process(
            f"{deployable}-work",
            python("infra.local.work", MANAGE[deployable], "--health-port", str(health[deployable])),
            environment,
            health[deployable],
            after=tuple(name for name in after if name == f"{deployable}-tables"),
        )
        for deployable, environment in known.items()
    )


def small_sites(place: Place, secrets: Secrets) -> tuple[Process, ...]:
    environment, ports = site_environment(place, secrets), place.ports
    return (
        Process("mails", mails(place, ports), environment, ports.mails),
        Process("partner-site", partner_site(place), environment, ports.partner_site, after=("delivery",)),
    )


def mails(place: Place, ports: Ports) -> tuple[str, ...]:
    where = ("--store", str(place.mails_file), "--smtp-port", str(ports.smtp), "--port", str(ports.mails))
    return python("infra.local.mails", *where)


def partner_site(place: Place) -> tuple[str, ...]:
    where = ("--api", address(place.ports.delivery), "--port", str(place.ports.partner_site))
    return python("infra.local.partner_site", *where, "--keys", str(place.partner_keys_file))
