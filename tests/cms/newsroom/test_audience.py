"""Who gets which language version?"""

from hypothesis import given
from hypothesis import strategies as st

from cms.newsroom.audience import Readers, readers_by_language, served_locale
from foundation.contracts.newsletter import MailingList

codes = st.sampled_from(["en", "fr", "nl", "nl-BE", "ar", "de-AT"])


def test_readers_get_their_own_language_then_the_plain_one_then_the_fallback() -> None:
    lists = [
        MailingList(slug="a", name="A", subscribers={"nl-BE": 120, "fr": 30}),
        MailingList(slug="b", name="B", subscribers={"fr": 40, "ar": 3, "en": 0}),
    ]

    rows = readers_by_language(lists, {"nl", "fr"}, "fr")

    assert rows == (Readers("nl-BE", 120, "nl"), Readers("fr", 70, "fr"), Readers("ar", 3, "fr"))
    assert [row.is_fallback for row in rows] == [False, False, True]


@given(reader=codes, released=st.sets(codes, min_size=1), data=st.data())
def test_everybody_gets_a_version_that_is_released(reader: str, released: set[str], data: st.DataObject) -> None:
    fallback = data.draw(st.sampled_from(sorted(released)))

    served = served_locale(reader, released, fallback)

    assert served in released
    assert served == reader or reader not in released
