from infra.quality.areas import ROOT
from infra.quality.settings_table import settings_documented, settings_read

# Their defaults are sentences of warning, not values to copy.
SECRET = {"SECRET_KEY", "ADDRESS_HASH_KEY"}


def test_the_readme_names_exactly_the_settings_that_are_read() -> None:
    documented = settings_documented((ROOT / "README.md").read_text())

    assert sorted(documented) == sorted(settings_read())


def test_the_readme_says_who_reads_each_setting_and_its_default() -> None:
    documented = settings_documented((ROOT / "README.md").read_text())

    wrong = {
        name: (documented[name], setting)
        for name, setting in settings_read().items()
        if documented[name].readers != setting.readers
        or (setting.default and name not in SECRET and documented[name].default != setting.default)
    }
    assert wrong == {}
