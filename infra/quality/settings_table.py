"""Which names does each deployable read from the environment, and what does it take without them?

The table in the README is checked against this, so that it can't go stale.
"""

import ast
import re
from dataclasses import dataclass

from infra.quality.areas import ROOT

SETTINGS = {
    "cms": "cms/config/settings.py",
    "transcoder": "services/media_transcoder/settings.py",
    "newsletter": "services/newsletter/settings.py",
}
_ROW = re.compile(r"^\| `([A-Z_]+)` \|([^|]*)\|([^|]*)\|", re.MULTILINE)


@dataclass(frozen=True)
class Setting:
    """A name in the environment; ``default`` is empty where it is computed or there is none."""

    name: str
    readers: tuple[str, ...]
    default: str


def settings_read() -> dict[str, Setting]:
    """Return every name that some settings module reads, by name."""
    found: dict[str, Setting] = {}
    for reader, path in SETTINGS.items():
        for name, default in _reads((ROOT / path).read_text()):
            known = found.get(name, Setting(name, (), default))
            readers = known.readers if reader in known.readers else (*known.readers, reader)
            found[name] = Setting(name, readers, known.default or default)
    return found


def settings_documented(text: str) -> dict[str, Setting]:
    """Return what the table in ``text`` says: name, who reads it (``all`` or names), default in backticks."""
    rows = (
        Setting(name, _readers(readers), default.strip().strip("`")) for name, readers, default in _ROW.findall(text)
    )
    return {setting.name: setting for setting in rows}


def _reads(source: str) -> list[tuple[str, str]]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _is_read(node.func)]
    return [(ast.literal_eval(call.args[0]), _default(call.args[1:])) for call in calls]


def _is_read(function: ast.expr) -> bool:
    return ast.unparse(function) == "env"


def _default(arguments: list[ast.expr]) -> str:
    return str(arguments[0].value) if arguments and isinstance(arguments[0], ast.Constant) else ""


def _readers(cell: str) -> tuple[str, ...]:
    return tuple(SETTINGS) if cell.strip() == "all" else tuple(cell.strip().split(", "))
