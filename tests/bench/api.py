"""The partner API beside stock Wagtail API v2 on the same content, and nginx with the same bytes."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.bench._api.content import LOCALES, TOOLS, tool_id
from tests.bench._api.load import Figure, Server, free_port, granian, measure, serving

ONE = f"/v1/tools/{tool_id(7)}/releases/fr/1"
LATEST = f"/v1/tools/{tool_id(7)}?locale=nl-BE&fallback=en"
LIST = "/v1/tools?locale=fr&fallback=en&limit=20"
PROGRAMS = {"wrk": "the package wrk", "nginx": "the package nginx"}


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


class ProgramMissing(Exception):
    """A program that the comparison needs is not installed."""


def run(report: Report) -> dict[str, float]:
    """Measure one after the other: ours, Wagtail API v2, nginx; a core each for load and server in the end."""
    for program, package in PROGRAMS.items():
        if shutil.which(program) is None:
            raise ProgramMissing(f"{program} is missing; install {package}.")
    figures: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory(prefix="make-it-safe-bench-") as folder:
        data = Path(folder)
        with _ours(data) as server:
            bodies = {name: _read(server, path) for name, path in (("one", ONE), ("list", LIST))}
            figures |= _measure_ours(server, data)
            report.add(
                "api_rss_mb",
                server.rss_mb(),
                unit="MB",
                note="three processes under load: two workers and their parent",
            )
        with _stock(data) as server:
            figures |= _measure_stock(server)
        with _nginx(data, bodies) as server:
            figures["nginx_one"] = measure(server, "/one.json")
            figures["nginx_list"] = measure(server, "/list.json")
    return _reported(report, figures)


def _measure_ours(server: Server, data: Path) -> dict[str, Figure]:
    with urllib.request.urlopen(server.url(ONE)) as response:  # noqa: S310 - the loopback
        etag = response.headers["ETag"]
    with urllib.request.urlopen(server.url(LIST)) as response:  # noqa: S310 - the loopback
        list_etag = response.headers["ETag"]
    return {
        "api_one": measure(server, ONE),
        "api_one_of_2000": measure(server, "/", script=_any_release(data)),
        "api_latest": measure(server, LATEST),
        "api_list": measure(server, LIST),
        "api_304": measure(server, ONE, headers={"If-None-Match": etag}),
        "api_list_304": measure(server, LIST, headers={"If-None-Match": list_etag}),
    }


def _measure_stock(server: Server) -> dict[str, Figure]:
    listing = "/api/v2/pages/?type=stock.ToolPage&fields=*&limit=20&locale=fr"
    with urllib.request.urlopen(server.url(listing)) as response:  # noqa: S310 - the loopback
        items = json.load(response)["items"]
    assert len(items) == 20
    assert "comic" in items[0]
    return {
        "wagtail_one": measure(server, f"/api/v2/pages/{items[7]['id']}/"),
        "wagtail_list": measure(server, listing),
    }


def _reported(report: Report, figures: dict[str, Figure]) -> dict[str, float]:
    numbers = {}
    for name, figure in figures.items():
        numbers[f"{name}_per_s"], numbers[f"{name}_cpu_ms"] = figure.requests_per_s, figure.cpu_ms
        report.add(f"{name}_per_s", figure.requests_per_s, unit="req/s", note=NOTES[name])
        report.add(f"{name}_cpu_ms", figure.cpu_ms, unit="ms", note="processor time per request")
    for kind in ("one", "list"):
        ratio = figures[f"wagtail_{kind}"].cpu_ms / figures[f"api_{kind}"].cpu_ms
        numbers[f"api_{kind}_cpu_ratio"] = ratio
        report.add(f"api_{kind}_cpu_ratio", ratio, unit="×", note="processor time of Wagtail API v2 ÷ ours")
    return numbers


NOTES = {
    "api_one": "one release, pinned",
    "api_one_of_2000": "one release, each time another one of 2,000",
    "api_latest": "the latest release, language by fallback",
    "api_list": "a list of 20 in the best language",
    "api_304": "one release the reader has already",
    "api_list_304": "a list the reader has already",
    "wagtail_one": "Wagtail API v2, one page with all fields",
    "wagtail_list": "Wagtail API v2, 20 pages with fields=*",
    "nginx_one": "nginx, the bytes of one release as a file",
    "nginx_list": "nginx, the bytes of the list as a file",
}


@contextmanager
def _ours(data: Path) -> Iterator[Server]:
    environment = {"DATA_DIR": str(data / "ours"), "DJANGO_SETTINGS_MODULE": "cms.config.settings"}
    _seed("ours", environment | {"CMS_ROLE": "editing", "LOG_FORMAT": "text"})
    environment |= {"CMS_ROLE": "delivery", "API_REQUESTS_PER_MINUTE": "100000000"}
    port = free_port()
    command = granian("cms.config.wsgi:application", port, sys.executable)
    with serving(command, port=port, ready="/readyz", environment=environment) as server:
        yield server


@contextmanager
def _stock(data: Path) -> Iterator[Server]:
    (data / "stock").mkdir()
    environment = {"DATA_DIR": str(data / "stock"), "DJANGO_SETTINGS_MODULE": "tests.bench._api.stock.settings"}
    _seed("stock", environment)
    port = free_port()
    command = granian("tests.bench._api.stock.wsgi:application", port, sys.executable)
    with serving(command, port=port, ready="/api/v2/pages/?limit=1", environment=environment) as server:
        yield server


@contextmanager
def _nginx(data: Path, bodies: dict[str, bytes]) -> Iterator[Server]:
    root = data / "nginx"
    (root / "www").mkdir(parents=True)
    for name, body in bodies.items():
        (root / "www" / f"{name}.json").write_bytes(body)
    port = free_port()
    user = "user root;" if os.getuid() == 0 else ""
    (root / "nginx.conf").write_text(
        f"{user} worker_processes 2; daemon off; pid {root}/pid; error_log /dev/null;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off; client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root};\n"
        f"uwsgi_temp_path {root}; scgi_temp_path {root}; types {{ application/json json; }} open_file_cache max=10;\n"
        f"server {{ listen 127.0.0.1:{port}; root {root}/www; }} }}\n"
    )
    command = ["nginx", "-p", str(root), "-c", str(root / "nginx.conf")]
    with serving(command, port=port, ready="/one.json", environment={}) as server:
        yield server


def _seed(side: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.bench._api.seed", side]
    subprocess.run(command, check=True, env=os.environ | environment, stderr=subprocess.DEVNULL)


def _any_release(data: Path) -> Path:
    """Write a script for wrk that asks for the releases in an order without pattern."""
    script = data / "any.lua"
    locales = ", ".join(f'"{locale}"' for locale in LOCALES)
    script.write_text(
        f"local locales = {{{locales}}}\n"
        "request = function()\n"
        f"  local id = string.format('%032x', math.random(1, {TOOLS}))\n"
        "  id = id:gsub('^(%x%x%x%x%x%x%x%x)(%x%x%x%x)(%x%x%x%x)(%x%x%x%x)', '%1-%2-%3-%4-')\n"
        "  return wrk.format('GET', '/v1/tools/' .. id .. '/releases/' .. locales[math.random(1, 4)] .. '/1')\n"
        "end\n"
    )
    return script


def _read(server: Server, path: str) -> bytes:
    with urllib.request.urlopen(server.url(path)) as response:  # noqa: S310 - the loopback
        body: bytes = response.read()
    return body
