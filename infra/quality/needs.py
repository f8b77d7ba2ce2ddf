"""What do the tests need beside Python, and may it be installed here?

On Debian as root it is installed from Debian's packages, quietly and only when missing. Elsewhere the tests that need
it are skipped, by name.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A program or font, the Debian packages that bring it and the areas of tests that use it."""

    name: str
    packages: tuple[str, ...]
    areas: frozenset[str]
    is_here: Callable[[], bool]


def _has_chromium() -> bool:
    return shutil.which("chromium") is not None


def _has_postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/postgres")) or shutil.which("postgres") is not None


def _has_rabbitmq() -> bool:
    return Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists()


def _has_redis() -> bool:
    return shutil.which("redis-server") is not None


def _has_nginx() -> bool:
    return shutil.which("nginx") is not None


def _has_prometheus() -> bool:
    return shutil.which("prometheus") is not None and shutil.which("promtool") is not None


def _has_fonts() -> bool:
    fonts = Path("/usr/share/fonts")
    return any(fonts.rglob("NotoSansArabic*")) or any(fonts.rglob("NotoNaskhArabic*"))


NEEDS = (
    Need("Chromium", ("chromium",), frozenset({"browser", "cms", "e2e"}), _has_chromium),
    Need("fonts for Arabic", ("fonts-noto-core",), frozenset({"browser"}), _has_fonts),
    Need(
        "PostgreSQL", ("postgresql",), frozenset({"foundation", "cms", "newsletter", "infra", "chaos"}), _has_postgresql
    ),
    Need("RabbitMQ", ("rabbitmq-server",), frozenset({"foundation", "chaos"}), _has_rabbitmq),
    Need("nginx", ("nginx-light",), frozenset({"cms", "infra"}), _has_nginx),
    Need("Prometheus", ("prometheus",), frozenset({"e2e", "infra"}), _has_prometheus),
    Need("Redis", ("redis-server",), frozenset({"foundation"}), _has_redis),
)


def provide(areas: Iterable[str]) -> list[str]:
    """Install what ``areas`` need and this machine lacks, where possible; return the names of what is still missing."""
    wanted = [need for need in NEEDS if need.areas & set(areas) and not need.is_here()]
    if wanted and _may_install():
        _install([package for need in wanted for package in need.packages])
    return [need.name for need in wanted if not need.is_here()]


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> None:
    print(f"Installing {', '.join(packages)} for the tests …", flush=True)
    if _apt("install", "--no-install-recommends", *packages) != 0 and _apt("update") == 0:
        _apt("install", "--no-install-recommends", *packages)


def _apt(*arguments: str) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet", "--quiet", "--yes", *arguments]
    quiet = subprocess.DEVNULL
    return subprocess.run(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, check=False).returncode
