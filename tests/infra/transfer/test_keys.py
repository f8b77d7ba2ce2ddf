"""Does a person learn that keys are others than where the backup was taken?"""

from pathlib import Path

from infra.local.places import Place
from infra.local.secrets import make_secrets, secrets_of
from infra.transfer import keys
from infra.transfer.installation import in_folder
from tests.infra.transfer.conftest import Origin


def test_the_same_keys_need_no_word_and_others_are_named_with_what_breaks() -> None:
    ours, theirs = keys.of_secrets(make_secrets()), keys.of_secrets(make_secrets())

    assert keys.warnings(ours, ours) == []
    assert len(keys.warnings(ours, theirs)) == len(keys.WHAT_BREAKS)
    assert keys.warnings(ours, ours | {"address_hash_key": "0"}) == [
        "address_hash_key is another one than in the backup: suppressed addresses are not recognised and would be "
        "mailed."
    ]


def test_a_folder_without_secrets_is_told_to_get_them_before_its_first_start(origin: Origin, tmp_path: Path) -> None:
    (advice,) = keys.advice(origin.archive.manifest["keys"], in_folder(Place(data=tmp_path)))

    assert advice.startswith("The backup holds no secrets. Put secrets.json of the old installation into")


def test_the_keys_themselves_are_not_in_the_manifest(origin: Origin) -> None:
    assert origin.installation.place
    secrets = secrets_of(origin.installation.place.secrets_file)

    assert secrets.address_hash_key not in (origin.folder / "manifest.json").read_text()
    assert origin.archive.manifest["keys"] == keys.of_secrets(secrets)
