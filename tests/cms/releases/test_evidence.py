"""Does the statement about a recall say what was withdrawn, what is left of it, and who was told?"""

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.releases import actions
from cms.releases.measures import oldest_open_recall, open_recalls, recalls, releases
from cms.releases.models import Recall, RecallScope
from foundation.events.models import OutboxDelivery
from foundation.storage import public_store, put
from tests.cms.releases.payloads import public_file, released

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("cms.config.urls_delivery")]


@pytest.fixture
def tool_id(live_server: Any, settings: Any) -> UUID:
    """A tool with a picture in English, recalled, and in French, still standing."""
    settings.DELIVERY_URL = live_server.url
    tool_id = uuid4()
    released(tool_id, files=(public_file(b"English", name="sha256/aa/english.jpg"), public_file(b"both")))
    released(tool_id, locale="fr", minutes=1, files=(public_file(b"both"),))
    actions.recall(
        tool_id, scope=RecallScope.EDITION, locale="en", reason="A wrong number.", by=None, at=timezone.now()
    )
    return tool_id


def stated(*arguments: object) -> tuple[dict[str, Any], str]:
    said, complaint = StringIO(), StringIO()
    call_command("recall_evidence", *map(str, arguments), stdout=said, stderr=complaint)
    return json.loads(said.getvalue()), complaint.getvalue()


def heard_by_everybody() -> None:
    OutboxDelivery.objects.update(state="delivered", delivered_at=timezone.now())


def test_a_recall_that_is_complete_is_proven(tool_id: UUID) -> None:
    heard_by_everybody()

    statement, complaint = stated(tool_id)

    assert (statement["is_complete"], complaint) == (True, "")
    (recall,) = statement["recalls"]
    assert (recall["scope"], recall["reason"]) == ("edition", "A wrong number.")
    assert [(row["locale"], row["number"]) for row in recall["releases"]] == [("en", 1)]
    assert recall["files_removed_at"] is not None
    assert [(file["key"], file["is_gone"], file["is_needed_by_another_release"]) for file in statement["files"]] == [
        ("sha256/aa/english.jpg", True, False),
        ("sha256/aa/picture.jpg", False, True),
    ]
    assert [(row["endpoint"], row["state"]) for row in statement["messages"]] == [("newsletter", "delivered")]
    answers = {one["path"].rpartition("/releases/")[2]: one["answer"] for one in statement["asked_of_the_partner_api"]}
    assert answers == {"en/1": 410, "fr/1": 200}
    assert statement["standing_releases"] == [{"locale": "fr", "number": 1}]


def test_who_has_not_heard_of_it_is_shown(tool_id: UUID) -> None:
    statement, complaint = stated(tool_id)

    assert statement["is_complete"] is False
    assert [row["state"] for row in statement["messages"]] == ["pending"]
    assert "Not complete" in complaint


def test_a_file_that_is_still_there_is_shown(tool_id: UUID) -> None:
    heard_by_everybody()
    put(public_store(), "sha256/aa/english.jpg", [b"English"])

    statement, _ = stated(tool_id)

    assert statement["is_complete"] is False
    assert statement["files"][0]["is_gone"] is False


def test_a_partner_api_that_does_not_answer_proves_nothing(tool_id: UUID, settings: Any) -> None:
    heard_by_everybody()
    settings.DELIVERY_URL = "http://127.0.0.1:9"

    statement, _ = stated(tool_id)

    assert statement["is_complete"] is False
    assert {one["answer"] for one in statement["asked_of_the_partner_api"]} == {"no answer"}


def test_a_statement_that_was_changed_is_not_believed(tool_id: UUID, tmp_path: Path) -> None:
    statement, _ = stated(tool_id)
    (tmp_path / "true.json").write_text(json.dumps(statement))
    (tmp_path / "false.json").write_text(json.dumps(statement | {"is_complete": True}))
    said = StringIO()

    call_command("recall_evidence", "--verify", str(tmp_path / "true.json"), stdout=said)

    assert said.getvalue().startswith("Genuine")
    with pytest.raises(CommandError, match="was changed"):
        call_command("recall_evidence", "--verify", str(tmp_path / "false.json"))


def test_a_tool_nobody_knows_has_no_statement() -> None:
    with pytest.raises(CommandError, match="ever released"):
        call_command("recall_evidence", str(uuid4()))


def test_a_recall_is_measured_until_its_files_are_gone(tool_id: UUID) -> None:
    done = [list(open_recalls()), list(oldest_open_recall())]
    Recall.objects.update(files_removed_at=None)

    assert done == [[((), 0)], [((), 0.0)]]
    assert list(open_recalls()) == [((), 1)]
    ((_, waited_s),) = oldest_open_recall()
    assert 0 < waited_s < 60
    assert list(recalls()) == [(("edition",), 1)]
    assert list(releases()) == [(("comic",), 2)]
