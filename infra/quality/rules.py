"""Does the code keep the habits no linter knows? Read from the syntax tree, never by running anything."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.quality.tree import files_with, source

Found = Iterator[tuple[int, str]]


def check() -> list[str]:
    """Return every broken rule as ``file:line: sentence``."""
    return [
        f"{path}:{line}: {sentence}"
        for path in files_with(".py")
        for line, sentence in sorted(broken_rules(path, source(path)))
    ]


def broken_rules(path: Path, text: str) -> Found:
    """Yield line and sentence of every rule that the file ``path`` with this ``text`` breaks."""
    tree = ast.parse(text)
    for applies, rule in RULES:
        if applies(path):
            yield from rule(tree)


def _environment_reads(tree: ast.AST) -> Found:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_name(node.value, "os"):
            yield node.lineno, "Only settings.py reads the environment; take the value from the settings."
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (
                (node.lineno, "Only settings.py reads the environment; take the value from the settings.")
                for name in node.names
                if name.name in {"environ", "getenv"}
            )


def _save_signals(tree: ast.AST) -> Found:
    for node in ast.walk(tree):
        names = {node.attr} if isinstance(node, ast.Attribute) else set()
        if isinstance(node, ast.ImportFrom):
            names = {name.name for name in node.names}
        if names & {"post_save", "pre_save"}:
            yield getattr(node, "lineno", 0), "No save signals: say it in an action, or record an event."


def _requests_imports(tree: ast.AST) -> Found:
    for node in ast.walk(tree):
        modules = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module or ""]
        if any(module.split(".")[0] == "requests" for module in modules):
            yield getattr(node, "lineno", 0), "Use foundation.web.client instead of requests."


def _silent_skips(tree: ast.AST) -> Found:
    for node in ast.walk(tree):
        is_mark = isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif"} and _is_mark(node.value)
        if is_mark and not _has_reason(tree, node):
            yield getattr(node, "lineno", 0), "A skipped test says what it lacks: give a reason."
        if isinstance(node, ast.Call) and _is_pytest_skip(node.func) and not (node.args or node.keywords):
            yield node.lineno, "A skipped test says what it lacks: give a reason."


def _sleeps(tree: ast.AST) -> Found:
    waiting = {id(inner) for loop in ast.walk(tree) if isinstance(loop, ast.While) for inner in ast.walk(loop)}
    for node in ast.walk(tree):
        is_sleep = isinstance(node, ast.Attribute) and node.attr == "sleep" and _is_name(node.value, "time")
        if is_sleep and id(node) not in waiting:
            yield getattr(node, "lineno", 0), "Wait on a condition with a limit instead of sleeping."


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "mark" and _is_name(node.value, "pytest")


def _is_pytest_skip(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "skip" and _is_name(node.value, "pytest")


def _has_reason(tree: ast.AST, mark: ast.AST) -> bool:
    """Tell whether the mark is called with a reason; ``skip`` may give it as its only argument."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func is mark]
    alone = getattr(mark, "attr", "") == "skip"
    return any((alone and call.args) or any(keyword.arg == "reason" for keyword in call.keywords) for call in calls)


def _in_product(path: Path) -> bool:
    return path.parts[0] in {"cms", "services", "foundation"}


def _reads_no_environment(path: Path) -> bool:
    reads = path.name in {"settings.py", "manage.py", "wsgi.py"} or path == Path(
        "foundation/configuration/environment.py"
    )
    return _in_product(path) and not reads


def _in_tests(path: Path) -> bool:
    return path.parts[0] == "tests"


def _anywhere(path: Path) -> bool:
    return path.suffix == ".py"


RULES: tuple[tuple[Callable[[Path], bool], Callable[[ast.AST], Found]], ...] = (
    (_reads_no_environment, _environment_reads),
    (_in_product, _save_signals),
    (_anywhere, _requests_imports),
    (_in_tests, _silent_skips),
    (_in_tests, _sleeps),
)
