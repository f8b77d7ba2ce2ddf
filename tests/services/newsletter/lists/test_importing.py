"""Do many subscribers come in whole or not at all, each with their consent?"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from services.newsletter.lists.actions import suppress
from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import MailingList, Subscriber, Subscription, Suppression
from tests.services.newsletter.people import LONG_AGO, State, mailing_list, reader_of, subscriber, subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def partners() -> MailingList:
    return mailing_list()


def import_text(tmp_path: Path, text: str | bytes, *options: str, to: str = "partners") -> str:
    path = tmp_path / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    out = StringIO()
    call_command("import_subscribers", to, str(path), "--consent", "Signed at the fair of May.", *options, stdout=out)
    return out.getvalue()


def test_everybody_in_the_file_is_subscribed_with_the_consent(partners: MailingList, tmp_path: Path) -> None:
    said = import_text(tmp_path, "address,language,country\nA@example.org,FR,be\nb@example.org,nl_BE\n")

    rows = Subscription.objects.values_list(
        "subscriber__address", "subscriber__language", "subscriber__country", "state", "consent_origin", "consent_text"
    )
    assert list(rows.order_by("subscriber__address")) == [
        ("a@example.org", "fr", "BE", "confirmed", "import", "Signed at the fair of May."),
        ("b@example.org", "nl-BE", "", "confirmed", "import", "Signed at the fair of May."),
    ]
    assert said.startswith("2 were subscribed to partners;")


def test_one_wrong_row_keeps_everybody_out_and_every_wrong_line_is_named(partners: MailingList, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refusal:
        import_text(tmp_path, "ok@example.org,fr\nnobody,fr\nb@example.org,french!\nc@example.org,fr,Belgium\nd\n")

    assert str(refusal.value).splitlines() == [
        "Nothing was imported:",
        "line 2: This is not a mail address. Write it like name@example.org.",
        "line 3: This is not a language tag. Write it like fr or nl-BE.",
        "line 4: a country is two letters (ISO 3166), such as BE.",
        "line 5: a row is address,language or address,language,country.",
    ]
    assert not Subscriber.objects.exists()


def test_a_rehearsal_says_what_would_happen_and_changes_nothing(partners: MailingList, tmp_path: Path) -> None:
    said = import_text(tmp_path, "a@example.org,fr\n", "--dry-run")

    assert said.startswith("1 would be subscribed to partners;")
    assert not Subscriber.objects.exists()


def test_nobody_is_brought_back_who_left_or_must_not_be_mailed(partners: MailingList, tmp_path: Path) -> None:
    reader_of(partners, "there@example.org")
    subscription(subscriber("left@example.org"), partners, state=State.UNSUBSCRIBED)
    subscription(subscriber("waiting@example.org"), partners, state=State.PENDING)
    suppress(address_hash("gone@example.org"), reason=Suppression.Reason.ERASED, at=LONG_AGO)

    said = import_text(
        tmp_path,
        "there@example.org,fr\nleft@example.org,fr\nwaiting@example.org,fr\ngone@example.org,fr\nnew@example.org,fr\n",
    )

    states = dict(Subscription.objects.values_list("subscriber__address", "state"))
    assert states == {
        "there@example.org": "confirmed",
        "left@example.org": "unsubscribed",
        "waiting@example.org": "confirmed",
        "new@example.org": "confirmed",
    }
    assert Subscriber.objects.get(address="there@example.org").language == "en"
    assert said.startswith("2 were subscribed to partners; 1 had been on it before, 1 have left it")
    assert "1 must not be mailed" in said


def test_importing_twice_changes_nothing_more(partners: MailingList, tmp_path: Path) -> None:
    import_text(tmp_path, "a@example.org,fr\nA@EXAMPLE.org,fr\n")

    said = import_text(tmp_path, "a@example.org,fr\n")

    assert said.startswith("0 were subscribed to partners; 1 had been on it before")
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("content", [b"\xff\xfea,b\n", b'"a@example.org,fr\n'])
def test_what_is_no_csv_in_utf8_is_refused(partners: MailingList, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CommandError, match="not CSV in UTF-8"):
        import_text(tmp_path, content)

    assert not Subscriber.objects.exists()


def test_a_file_with_a_byte_order_mark_is_read(partners: MailingList, tmp_path: Path) -> None:
    import_text(tmp_path, b"\xef\xbb\xbfaddress,language\na@example.org,fr\n")

    assert Subscriber.objects.get().address == "a@example.org"


def test_a_list_that_does_not_exist_and_consent_that_is_empty_are_refused(
    partners: MailingList, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="make it with create_list"):
        import_text(tmp_path, "a@example.org,fr\n", to="friends")
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_subscribers", "partners", str(tmp_path / "nothing.csv"), "--consent", "Yes.")
    with pytest.raises(CommandError, match="--consent"):
        import_text(tmp_path, "a@example.org,fr\n", "--consent", " ")

    assert not Subscriber.objects.exists()


def test_a_thousand_rows_and_more_come_in_few_queries(
    partners: MailingList, tmp_path: Path, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    rows = "".join(f"r{number}@example.org,fr\n" for number in range(1500))

    with django_assert_max_num_queries(40):  # type: ignore[operator]
        import_text(tmp_path, rows)

    assert partners.subscriptions.count() == 1500


def test_a_list_is_made_and_changed_by_its_command() -> None:
    out = StringIO()

    call_command("create_list", "parents", "Parents", "--description", "Four a year.", stdout=out)
    call_command("create_list", "parents", "Parents and coaches", "--hidden", stdout=out)

    made = MailingList.objects.get()
    assert (made.slug, made.name, made.is_public) == ("parents", "Parents and coaches", False)
    assert out.getvalue() == "List parents made.\nList parents changed.\n"


@pytest.mark.parametrize(("slug", "name"), [("Partners", "x"), ("a b", "x"), ("", "x"), ("a", ""), ("a", "x\ny")])
def test_a_list_needs_a_slug_and_a_name(slug: str, name: str) -> None:
    with pytest.raises(CommandError):
        call_command("create_list", slug, name)

    assert not MailingList.objects.exists()


def test_a_suppression_is_lifted_at_the_persons_request() -> None:
    suppress(address_hash("a@example.org"), reason=Suppression.Reason.ERASED, at=LONG_AGO)

    call_command("lift_suppression", "A@example.org", stdout=StringIO())

    assert not Suppression.objects.exists()
    with pytest.raises(CommandError, match="not suppressed"):
        call_command("lift_suppression", "a@example.org")
