from pathlib import Path

import pytest

from infra.quality.rules import broken_rules

ENVIRONMENT = "Only settings.py reads the environment; take the value from the settings."
SIGNALS = "No save signals: say it in an action, or record an event."
SKIPS = "A skipped test says what it lacks: give a reason."
SLEEPS = "Wait on a condition with a limit instead of sleeping."


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("cms/films/actions.py", "import os\nos.environ['A']", [(2, ENVIRONMENT)]),
        ("cms/films/actions.py", "from os import getenv", [(1, ENVIRONMENT)]),
        ("cms/config/settings.py", "import os\nos.environ['A']", []),
        ("infra/local/environment.py", "import os\nos.environ['A']", []),
        ("cms/films/apps.py", "from django.db.models.signals import post_save", [(1, SIGNALS)]),
        ("cms/films/apps.py", "signals.pre_save.connect(f)", [(1, SIGNALS)]),
        ("cms/films/apps.py", "import requests", [(1, "Use foundation.web.client instead of requests.")]),
        ("tests/a.py", "from requests.adapters import A", [(1, "Use foundation.web.client instead of requests.")]),
        ("cms/films/apps.py", "from foundation.web.requests import current_request_id", []),
        ("tests/a.py", "@pytest.mark.skip\ndef test_a(): ...", [(1, SKIPS)]),
        ("tests/a.py", "@pytest.mark.skipif(True)\ndef test_a(): ...", [(1, SKIPS)]),
        ("tests/a.py", "@pytest.mark.skipif(True, reason='no fonts')\ndef test_a(): ...", []),
        ("tests/a.py", "pytest.skip()", [(1, SKIPS)]),
        ("tests/a.py", "pytest.skip('no fonts')", []),
        ("tests/a.py", "import time\ntime.sleep(1)", [(2, SLEEPS)]),
        ("tests/a.py", "import time\nwhile not ready():\n    time.sleep(0.1)", []),
    ],
)
def test_a_rule_is_found_where_it_is_broken_and_only_there(path: str, text: str, found: list[tuple[int, str]]) -> None:
    assert list(broken_rules(Path(path), text)) == found
