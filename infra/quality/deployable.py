"""Is one deployable sound: its settings, migrations, routes and templates?

``DJANGO_SETTINGS_MODULE=… python -m infra.quality.deployable`` prints complaints and ends with code 1 if any.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from infra.quality.areas import ROOT
from infra.quality.routes import open_routes


def main() -> int:
    """Print every complaint about the deployable."""
    try:
        django.setup()
    except (ImportError, ImproperlyConfigured) as error:
        print(f"It can't be set up: {error}")
        return 1
    complaints = [*_command("check", "--fail-level=WARNING"), *_migrations(), *open_routes(), *_templates()]
    print("\n".join(complaints))
    return 1 if complaints else 0


def _command(*arguments: str) -> list[str]:
    """Run a management command; return what it says if it fails."""
    said = io.StringIO()
    try:
        call_command(*arguments, stdout=said, stderr=said)
    except (CommandError, SystemExit) as error:
        return [line for line in (said.getvalue() + str(error)).splitlines() if line.strip()]
    return []


def _migrations() -> list[str]:
    return [f"Missing migration: {line}" for line in _command("makemigrations", "--check", "--dry-run")]


def _templates() -> Iterator[str]:
    """Compile every template of ours; only where Wagtail is can those for its admin be compiled."""
    is_slim = getattr(settings, "CMS_ROLE", "") == "delivery"
    for folder in () if is_slim else _our_template_folders():
        for path in sorted(folder.rglob("*.*")):
            try:
                get_template(str(path.relative_to(folder)))
            except (TemplateSyntaxError, TemplateDoesNotExist) as error:
                yield f"{path.relative_to(ROOT)}: {error}"


def _our_template_folders() -> Iterator[Path]:
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        if folder.is_relative_to(ROOT) and ".venv" not in folder.parts and folder.is_dir():
            yield folder


if __name__ == "__main__":
    sys.exit(main())
