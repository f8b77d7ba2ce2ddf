import pytest

from infra.quality.areas import AREAS, ROOT, Area, areas_of


def test_each_area_is_a_folder_of_tests() -> None:
    assert [area.name for area in AREAS if not (ROOT / area.path).is_dir()] == []


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_a_test_belongs_to_the_area_whose_folder_it_lies_in(area: Area) -> None:
    assert areas_of([f"{ROOT}/{area.path}/test_something.py::test_it"]) == {area}


def test_a_path_outside_of_all_areas_has_no_settings() -> None:
    assert areas_of([str(ROOT / "cms")]) == {None}
