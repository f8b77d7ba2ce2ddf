"""Which settings do the type checker and the checks see? One project with the apps of all three deployables.

Nothing runs on these settings. They hold every setting of the deployables, so that ``settings.ANY_OF_THEM`` is known.
"""

import importlib
import os
import re
import sys
from pathlib import Path
from tempfile import gettempdir
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_SETTINGS_MODULES = ("services.media_transcoder.settings", "services.newsletter.settings", "cms.config.settings")


def _settings_of(module: str) -> dict[str, Any]:
    if not _ROOT.joinpath(*module.split(".")).with_suffix(".py").exists():
        return {}
    return {name: value for name, value in vars(importlib.import_module(module)).items() if name.isupper()}


def _own_apps() -> list[str]:
    """Return every package of ours that is a Django app, so that a room is typed before a deployable installs it."""
    found = {
        path.parent
        for room in ("foundation", "cms", "services")
        for name in ("apps.py", "models.py")
        for path in (_ROOT / room).rglob(name)
    }
    return sorted(".".join(path.relative_to(_ROOT).parts) for path in found if _is_importable(path))


def _is_importable(app: Path) -> bool:
    """Tell whether what the models of ``app`` stand on is there already."""
    wanted = re.findall(
        r"^from ((?:cms|services|foundation)\.[\w.]+) import",
        "".join(path.read_text() for path in (app / "apps.py", app / "models.py") if path.exists()),
        re.MULTILINE,
    )
    paths = [_ROOT.joinpath(*name.split(".")) for name in wanted]
    return all(path.with_suffix(".py").exists() or path.is_dir() for path in paths)


def _all_apps(installed: list[str]) -> list[str]:
    """Return ``installed`` and the rest of our apps, each once, in order."""
    covered = {name.split(".apps.")[0] for name in installed}
    return list(dict.fromkeys([*installed, *(name for name in _own_apps() if name not in covered)]))


os.environ.setdefault("DATA_DIR", str(Path(gettempdir()) / "make-it-safe-typing"))
os.environ["CMS_ROLE"] = "editing"
_merged: dict[str, Any] = {}
_installed: list[str] = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
]
if not (_ROOT / "cms/config/settings.py").exists():
    AUTH_USER_MODEL, STATIC_URL = "users.User", "static/"
    WAGTAILIMAGES_IMAGE_MODEL = "artwork.Artwork"
    _installed += ["wagtail.contrib.simple_translation", "wagtail.contrib.forms", "wagtail.contrib.settings"]
    _installed += [f"wagtail.{name}" for name in ("sites", "users", "snippets", "documents", "images", "search")]
    _installed += ["wagtail.embeds", "wagtail.locales", "wagtail.admin", "wagtail", "modelcluster", "taggit"]
    _installed += ["rest_framework", "django_tasks"]
for _module in _SETTINGS_MODULES:
    _found = _settings_of(_module)
    _installed += _found.get("INSTALLED_APPS", [])
    _merged |= _found
globals().update(_merged)

SECRET_KEY = "only for the type checker"  # noqa: S105
INSTALLED_APPS: list[str] = _all_apps(_installed)
DATABASES: dict[str, Any] = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}


def _bear_with_rooms_being_built() -> None:
    from django.apps.config import AppConfig

    import_models = AppConfig.import_models

    def import_what_is_there(app: AppConfig) -> None:
        if app.name.startswith(("cms.", "services.", "foundation.")):
            app.ready = lambda: None  # type: ignore[method-assign]
        try:
            import_models(app)
        except (ImportError, AttributeError, NameError, SyntaxError, TypeError) as error:
            app.models = {}
            sys.stderr.write(f"types: {app.name} can't be imported yet: {error}\n")

    AppConfig.import_models = import_what_is_there  # type: ignore[method-assign, assignment]


_bear_with_rooms_being_built()
