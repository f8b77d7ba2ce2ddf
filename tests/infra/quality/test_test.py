from pathlib import Path

import pytest

from infra.quality.area_run import Results, run_area
from infra.quality.areas import BY_NAME, Area
from infra.quality.test import plan_for

TESTS = """
import pytest
def test_good(): pass
def test_bad(): assert 1 == 2
def test_poor(): pytest.skip("no fonts")
@pytest.fixture
def broken(): raise ValueError
def test_broken(broken): pass
@pytest.fixture
def untidy():
    yield
    raise ValueError
def test_untidy(untidy): pass
"""


def test_without_words_every_area_runs() -> None:
    assert set(plan_for([]) or {}) == {area for area in BY_NAME.values() if not area.is_opt_in}
    assert set(plan_for(["containers"]) or {}) == {BY_NAME["containers"]}


def test_words_that_are_no_areas_or_paths_go_to_pytest() -> None:
    cms = BY_NAME["cms"]

    assert plan_for(["cms", "-k", "films"]) == {cms: ["tests/cms", "-k", "films"]}
    assert plan_for(["tests/cms/films/test_a.py::test_b", "-x"]) == {cms: ["tests/cms/films/test_a.py::test_b", "-x"]}


def test_a_path_outside_of_all_areas_is_refused() -> None:
    assert plan_for(["tests/nowhere"]) is None


def test_the_results_of_an_area_are_counted_as_they_come(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    results = Results(Area("these", str(tmp_path)))
    seen = []

    run_area(results, [str(tmp_path), f"--rootdir={tmp_path}"], lambda: seen.append(results.done), engines={})

    assert (results.tests, results.passed, results.failed) == (5, 1, 3)
    assert list(results.skipped.values()) == ["no fonts"]
    assert seen[-1] == results.done == 5
    assert "assert 1 == 2" in results.output


@pytest.mark.parametrize("text", ["import nowhere", "import os\ndef test_it(): os._exit(3)"])
def test_an_area_that_can_not_be_run_to_its_end_has_failed(tmp_path: Path, text: str) -> None:
    (tmp_path / "test_it.py").write_text(text)
    results = Results(Area("these", str(tmp_path)))

    run_area(results, [str(tmp_path), f"--rootdir={tmp_path}"], lambda: None, engines={})

    assert (results.passed, results.failed) == (0, 1)
