"""Is everything in order, short of running the tests? ``./hub check``"""

import tempfile
import time
from collections.abc import Callable, Sequence

from infra.quality import locks, prose, rules, sizes, translations
from infra.quality.areas import ROOT
from infra.quality.running import Check, Complaints, paint, python, run_all, tool
from infra.quality.tree import files_with, our_files

DEPLOYABLES = {
    "editing": {"DJANGO_SETTINGS_MODULE": "cms.config.settings", "CMS_ROLE": "editing"},
    "delivery": {"DJANGO_SETTINGS_MODULE": "cms.config.settings", "CMS_ROLE": "delivery"},
    "newsletter": {"DJANGO_SETTINGS_MODULE": "services.newsletter.settings"},
    "transcoder": {"DJANGO_SETTINGS_MODULE": "services.media_transcoder.settings"},
}
# import-linter has no __main__, and its script may not be on the path.
_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"


def main(argv: Sequence[str]) -> int:
    """Run every check, or those whose name contains one of the words in ``argv``; return 1 if any complains."""
    started = time.monotonic()
    checks = [check for check in _checks() if not argv or any(word in check.name for word in argv)]
    outcomes = run_all(checks)
    failed = [outcome.name for outcome in outcomes if outcome.complaints]
    took = f"{len(outcomes)} checks in {time.monotonic() - started:.0f} s"
    if failed:
        print(paint(f"{took}, not in order: {', '.join(failed)}.", "31"), "./hub fix mends style, messages and locks.")
        return 1
    print(paint(f"{took}: all in order.", "32"))
    return 0


def _checks() -> list[Check]:
    """Return the checks, the long ones first."""
    return [
        Check("types", lambda: tool("mypy", "--no-error-summary")),
        *(Check(f"{name}: system, migrations, routes", _deployable(name)) for name in DEPLOYABLES),
        Check("templates", _templates),
        Check("imports", lambda: python("-c", _LINT_IMPORTS)),
        Check("style", lambda: tool("ruff", "check", "--quiet", "--output-format=concise")),
        Check("format", lambda: tool("ruff", "format", "--check", "--quiet", "--output-format=concise")),
        Check("spelling", _spelling),
        Check("translations", translations.check),
        Check("sizes", sizes.check),
        Check("rules", rules.check),
        Check("secrets, addresses, machine paths", prose.check),
        Check("locks", locks.check),
    ]


def _deployable(name: str) -> Callable[[], Complaints]:
    def run() -> Complaints:
        with tempfile.TemporaryDirectory() as data:
            environment = {**DEPLOYABLES[name], "ENVIRONMENT": "test", "DATA_DIR": data}
            return tool("infra.quality.deployable", environment=environment)

    return run


def _templates() -> Complaints:
    templates = [str(path) for path in files_with(".html")]
    return tool("djlint", *templates, "--lint", "--quiet") if templates else []


def _spelling() -> Complaints:
    return tool("codespell_lib", *(str(path) for path in our_files() if (ROOT / path).stat().st_size < 500_000))
