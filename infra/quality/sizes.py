"""Is every file and every function small enough to be read in one sitting?"""

import ast
from collections.abc import Iterator
from pathlib import Path

from infra.quality.areas import ROOT
from infra.quality.tree import files_with, our_files, source

FILE_LINES = 400
FUNCTION_LINES = 40
FILE_BYTES = 2 * 1024 * 1024


def check() -> list[str]:
    """Return every file and function beyond its limit."""
    return [*_long_files(), *_long_functions(), *_big_files()]


def long_functions(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, first line and length of every function of ``text`` that is too long."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.name, node.lineno, length


def _long_files() -> Iterator[str]:
    for path in files_with(".py", ".html", ".css", ".js", ".mjml"):
        length = len(source(path).splitlines())
        if length > FILE_LINES:
            yield f"{path}: {length} lines; at most {FILE_LINES}."


def _long_functions() -> Iterator[str]:
    for path in files_with(".py"):
        for name, line, length in long_functions(source(path)):
            yield f"{path}:{line}: {name}() has {length} lines; at most {FUNCTION_LINES}."


def _big_files() -> Iterator[str]:
    for path in our_files():
        size = _size(path)
        if size > FILE_BYTES:
            yield f"{path}: {size / 1e6:.1f} MB; at most {FILE_BYTES / 1e6:.1f} MB."


def _size(path: Path) -> int:
    return (ROOT / path).stat().st_size
