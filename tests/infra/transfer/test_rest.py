"""Does work that was under way come back so that nothing is done twice?"""

from pathlib import Path

import pytest

from infra.transfer.rest import MAILING, RULES, Resting
from infra.transfer.sources import Source
from infra.transfer.values import decode_row
from tests.infra.transfer.conftest import Origin

Row = dict[str, object]


def rows(source: Source, deployable: str, name: str) -> list[Row]:
    table = next(table for table in source.tables(deployable) if table.name == name)
    names = [column.name for column in table.columns]
    return [dict(zip(names, decode_row(line), strict=True)) for line in source.rows(deployable, table)]


def states(source: Source, deployable: str, name: str) -> dict[str, int]:
    found = [str(row["state"]) for row in rows(source, deployable, name)]
    return {state: found.count(state) for state in sorted(set(found))}


def test_after_a_restore_whatever_may_have_been_sent_since_is_in_doubt(origin: Origin) -> None:
    source = Resting(origin.archive, "restored")

    assert states(origin.archive, "newsletter", "campaigns_delivery") == {
        "accepted": 10, "claimed": 10, "pending": 10, "rejected": 10,
    }  # fmt: skip
    assert states(source, "newsletter", "campaigns_delivery") == {"accepted": 10, "in_doubt": 20, "rejected": 10}
    assert states(source, "newsletter", "campaigns_campaign") == {"failed": 1, "paused": 1}


def test_after_a_move_only_what_a_run_held_is_in_doubt(origin: Origin) -> None:
    source = Resting(origin.archive, "moved")

    assert states(source, "newsletter", "campaigns_delivery") == {
        "accepted": 10, "in_doubt": 10, "pending": 10, "rejected": 10,
    }  # fmt: skip
    assert states(source, "newsletter", "campaigns_campaign") == {"paused": 1, "preparing": 1}


def test_a_job_that_ran_is_queued_and_keeps_its_attempt(origin: Origin) -> None:
    before = next(row for row in rows(origin.archive, "cms", "jobs_job") if row["state"] == "running")
    after = next(row for row in rows(Resting(origin.archive, "moved"), "cms", "jobs_job") if row["id"] == before["id"])

    assert (after["state"], after["worker"], after["lease_until"], after["attempt"]) == ("queued", "", None, 2)
    assert {name: value for name, value in after.items() if before[name] != value}.keys() == {
        "state", "worker", "lease_until", "attempt",
    }  # fmt: skip


def test_a_job_that_would_mail_again_is_called_off_after_a_restore_only(origin: Origin) -> None:
    def state_of(source: Source) -> object:
        return next(row["state"] for row in rows(source, "newsletter", "jobs_job") if row["kind"] == "lists.write")

    assert state_of(Resting(origin.archive, "restored")) == "cancelled"
    assert state_of(Resting(origin.archive, "moved")) == "queued"


def test_a_sending_that_was_asked_for_waits_for_a_person_after_a_restore(origin: Origin) -> None:
    assert states(origin.archive, "cms", "newsroom_sending") == {"requested": 1}
    assert states(Resting(origin.archive, "restored"), "cms", "newsroom_sending") == {"unanswered": 1}


def test_a_schedule_is_taken_back_after_a_restore(origin: Origin) -> None:
    def scheduled(source: Source) -> int:
        return sum(bool(row["approved_go_live_at"]) for row in rows(source, "cms", "wagtailcore_revision"))

    assert scheduled(origin.archive) == scheduled(Resting(origin.archive, "moved")) == 1
    assert scheduled(Resting(origin.archive, "restored")) == 0


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_about_a_table_that_exists(origin: Origin, name: str) -> None:
    known = {table.name for deployable in ("cms", "newsletter") for table in origin.archive.tables(deployable)}

    assert name in known


@pytest.mark.parametrize("kind", sorted(MAILING))
def test_every_kind_of_job_that_mails_is_one_that_exists(kind: str, repository: Path) -> None:
    rooms = (repository / "cms", repository / "services" / "newsletter")

    assert any(f'"{kind}"' in path.read_text() for room in rooms for path in room.rglob("*.py"))
