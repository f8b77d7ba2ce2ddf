"""Does the list of tools give each reader what they can read, in the order asked for?"""

from uuid import UUID, uuid4

import pytest
from django.test import Client

from cms.releases.actions import recall
from foundation.contracts.release import Term
from tests.cms.delivery.querying import at_most
from tests.cms.releases.payloads import NOW, released

pytestmark = pytest.mark.django_db


def titles(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return [item["title"] for item in response.json()["items"]]


def test_each_tool_is_listed_once_in_its_best_language_newest_first(api: Client) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    released(first, title="Alone", locale="en", minutes=1)
    released(first, title="Seul", locale="fr", minutes=4)
    released(second, title="Together", locale="en", minutes=2)
    released(third, title="Samen", locale="nl", minutes=3)
    released(title="News", kind="issue", minutes=5)

    assert titles(api, "/v1/tools") == ["Samen", "Together", "Alone"]
    assert titles(api, "/v1/tools?locale=fr") == ["Seul"]
    assert titles(api, "/v1/tools?locale=fr&fallback=en") == ["Seul", "Together"]
    assert titles(api, "/v1/tools?locale=nl-BE&fallback=en") == ["Samen", "Together", "Alone"]
    assert titles(api, "/v1/tools?locale=de&fallback=*") == ["Samen", "Together", "Alone"]
    assert titles(api, "/v1/tools?locale=fr&fallback=*") == ["Seul", "Samen", "Together"]
    assert titles(api, "/v1/tools?locale=ar") == []


def test_an_item_says_all_that_a_list_needs(api: Client) -> None:
    tool_id = uuid4()
    released(tool_id, locale="en")
    released(tool_id, locale="ar", title="خلف الشاشة")

    item = api.get("/v1/tools?locale=ar").json()["items"][0]

    assert item["tool_id"] == str(tool_id)
    assert (item["locale"], item["direction"], item["number"], item["kind"]) == ("ar", "rtl", 1, "comic")
    assert item["title"] == "خلف الشاشة"
    assert item["available_locales"] == ["ar", "en"]
    assert item["url"] == f"/v1/tools/{tool_id}/releases/ar/1"
    assert item["cover"]["sources"][0]["url"].startswith("/files/")
    assert item["themes"] == [{"code": "sexting", "name": "Sexting"}]


def test_tools_are_filtered_by_kind_theme_and_audience(api: Client) -> None:
    released(title="Comic")
    released(title="Film", kind="film", themes=(Term(code="grooming", name="Grooming"),), minutes=1)
    released(title="For parents", audiences=(Term(code="parents", name="Parents"),), minutes=2)

    assert titles(api, "/v1/tools?kind=film") == ["Film"]
    assert titles(api, "/v1/tools?theme=grooming") == ["Film"]
    assert titles(api, "/v1/tools?audience=parents&kind=comic") == ["For parents"]
    assert titles(api, "/v1/tools?theme=unknown") == []


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-released_at", ["apple", "Éclair", "Zebra"]),
        ("released_at", ["Zebra", "Éclair", "apple"]),
        ("title", ["apple", "Éclair", "Zebra"]),
        ("-title", ["Zebra", "Éclair", "apple"]),
    ],
)
def test_tools_are_sorted_and_paged_in_every_order(api: Client, sort: str, expected: list[str]) -> None:
    for minutes, title in enumerate(["Zebra", "Éclair", "apple"]):
        released(title=title, minutes=minutes)

    seen, address = [], f"/v1/tools?sort={sort}&limit=1"
    while address:
        page = api.get(address).json()
        seen += [item["title"] for item in page["items"]]
        address = page["next"]

    assert seen == expected


def test_pages_hold_still_while_tools_are_released(api: Client) -> None:
    for minutes in range(4):
        released(title=f"Tool {minutes}", minutes=minutes)
    first = api.get("/v1/tools?limit=2").json()

    released(title="In between", minutes=9)
    second = api.get(first["next"]).json()

    assert [item["title"] for item in (*first["items"], *second["items"])] == ["Tool 3", "Tool 2", "Tool 1", "Tool 0"]
    assert second["next"] is None


def test_only_the_fields_asked_for_are_sent(api: Client) -> None:
    released(title="Short")

    response = api.get("/v1/tools?fields=title,available_locales")

    assert response.json()["items"] == [{"title": "Short", "available_locales": ["en"]}]


def test_what_was_recalled_leaves_the_list_at_once(api: Client) -> None:
    tool_id = uuid4()
    released(tool_id, title="Stays", locale="en")
    released(tool_id, title="Demeure", locale="fr")
    assert titles(api, "/v1/tools?locale=fr&fallback=en") == ["Demeure"]

    recall(tool_id, scope="edition", locale="fr", reason="A face can be seen.", by=None, at=NOW)

    assert titles(api, "/v1/tools?locale=fr&fallback=en") == ["Stays"]
    assert api.get("/v1/tools").json()["items"][0]["available_locales"] == ["en"]


def test_issues_have_a_list_of_their_own(api: Client) -> None:
    issue = released(title="News of November", kind="issue")
    released(title="Comic")

    assert titles(api, "/v1/issues") == ["News of November"]
    assert api.get(f"/v1/tools/{issue.tool_id}").json()["release"]["issue"]["items"][0]["heading"] == "A new comic"


def test_a_list_costs_three_queries_and_one_when_it_is_asked_for_again(api: Client) -> None:
    for minutes in range(25):
        tool_id = UUID(int=minutes)
        released(tool_id, locale="en", minutes=minutes)
        released(tool_id, locale="fr", minutes=minutes)

    with at_most(3):
        first = api.get("/v1/tools?locale=fr&fallback=en&theme=sexting")
    with at_most(1):
        again = api.get("/v1/tools?locale=fr&fallback=en&theme=sexting")

    assert len(first.json()["items"]) == 20
    assert first.content == again.content
