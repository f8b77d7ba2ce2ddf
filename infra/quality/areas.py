"""Which areas of tests are there, and on which settings does each run?

An area is a process of its own: the deployables have different settings, as they do in production.
"""

from dataclasses import dataclass
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Area:
    """``path`` below the root; ``settings`` is a Django settings module, or empty where no Django is set up.

    One that ``is_opt_in`` runs only when it is named.
    """

    name: str
    path: str
    settings: str = ""
    is_opt_in: bool = False

    @property
    def settings_module(self) -> str:
        """Return the area's own test settings when it has some, else the settings of what it tests."""
        own = ROOT / self.path / "settings.py"
        return ".".join((*PurePath(self.path).parts, "settings")) if own.exists() else self.settings


# The long ones first: two run at a time, and the short ones fill the end.
AREAS = (
    Area("transcoder", "tests/services/media_transcoder", "services.media_transcoder.settings"),
    Area("cms", "tests/cms", "cms.config.settings"),
    Area("e2e", "tests/e2e"),
    Area("foundation", "tests/foundation", "tests.foundation.settings"),
    Area("browser", "tests/browser"),
    Area("infra", "tests/infra"),
    Area("newsletter", "tests/services/newsletter", "services.newsletter.settings"),
    Area("chaos", "tests/chaos"),
    Area("containers", "tests/containers", is_opt_in=True),  # minutes, and the ports of ./hub demo
)
BY_NAME = {area.name: area for area in AREAS}


def areas_of(paths: list[str]) -> set[Area | None]:
    """Return the areas that ``paths`` (pytest arguments, relative to the root or absolute) lie in; None for outside."""
    return {_area_of(path.split("::")[0]) for path in paths}


def _area_of(path: str) -> Area | None:
    absolute = (Path.cwd() / path).resolve()
    return next((area for area in AREAS if absolute.is_relative_to(ROOT / area.path)), None)
