"""Does a file hold what has no place in a repository: secrets, addresses of registries, paths of one machine?"""

import re
from collections.abc import Iterator

from infra.quality.tree import source, text_files

# Written so that this file does not match itself.
PATTERNS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
    (re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"), "a key of a cloud provider"),
    (re.compile(r"\b(ghp|gho|ghs|glpat|xox[abp])[_-][0-9A-Za-z-]{16,}"), "an access token"),
    (re.compile(r"\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\."), "a signed token"),
    (re.compile(r"\bwhsec_(?!\.)[0-9A-Za-z+/]{32,}=*"), "a secret of a webhook"),
    (re.compile(r"\b(pypi|pythonhosted|npmjs|crates|anaconda)\.(org|com|io)\b"), "the address of a package registry"),
    (re.compile(r"\b(deb\.debian|security\.debian|archive\.ubuntu)\.(org|com)\b"), "the address of a package registry"),
    (re.compile(r"(?<![\w./:}>*])/(work|root|home)/\w+"), "a path of one machine"),
    (re.compile(r"\b(TO[D]O|FIX[M]E)\b"), "unfinished business"),
)


def check() -> list[str]:
    """Return every line that holds one of these."""
    return [
        f"{path}:{line}: {what}"
        for path in text_files()
        for line, what in found_in(source(path))
        if path.parts[0] != "tests" or "a webhook" not in what  # tests sign with secrets of their own
    ]


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and a description of whatever should not be in ``text``."""
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, what in PATTERNS:
            if pattern.search(line):
                yield number, f"This looks like {what}."
