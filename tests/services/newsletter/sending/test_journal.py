"""Does a journal tell the truth about a run that died, also after a power cut?"""

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.newsletter.sending import journal
from services.newsletter.sending.journal import JournalBusy, JournalFull, JournalMissing
from services.newsletter.smtp.letters import Fate, Outcome

ACCEPTED = Outcome(Fate.ACCEPTED, 250, "2.0.0")
REJECTED = Outcome(Fate.REJECTED, 550, "5.1.1")
RUN = UUID("00000000-0000-4000-8000-000000000001")


def lines(*written: str, boot: str = "this") -> str:
    return "".join(f"{line}\n" for line in (f"boot {boot}", *written))


def test_an_intent_without_an_answer_is_in_doubt_and_no_intent_means_unsent() -> None:
    record = journal.read(lines("I 1", "A 1 250 2.0.0", "I 2", "I 3", "R 3 550 5.1.1"), boot="this")

    assert [record.outcome_of(n) for n in (1, 2, 3, 4)] == [
        ACCEPTED,
        Outcome(Fate.IN_DOUBT),
        REJECTED,
        Outcome(Fate.UNSENT),
    ]


def test_after_a_power_cut_only_a_final_answer_is_believed() -> None:
    record = journal.read(lines("I 1", "A 1 250 2.0.0", "I 2", "I 3", "L 3 450 4.2.0", boot="before"), boot="this")

    assert record.outcome_of(1) == ACCEPTED
    assert {record.outcome_of(n).fate for n in (2, 3, 4)} == {Fate.IN_DOUBT}


def test_a_second_intent_takes_back_an_answer_that_was_not_final() -> None:
    record = journal.read(lines("I 1", "L 1 450 4.2.0", "I 1"), boot="this")

    assert record.outcome_of(1).fate is Fate.IN_DOUBT


@given(st.integers(0, 60), st.booleans())
def test_wherever_the_file_is_torn_nothing_sent_counts_as_unsent(length: int, is_same_boot: bool) -> None:
    """Bodies of 1 and 2 went out after their intents were written: a torn tail may only cost answers."""
    whole = lines("I 1", "I 2", "A 1 250 2.0.0", "R 2 550 5.1.1")
    intents = len(lines("I 1", "I 2"))
    torn = whole[: intents + length]

    record = journal.read(torn, boot="this" if is_same_boot else "another")

    assert Fate.UNSENT not in {record.outcome_of(1).fate, record.outcome_of(2).fate}


def test_a_torn_intent_means_that_its_body_did_not_go_out() -> None:
    record = journal.read(lines("I 1") + "I 2", boot="this")

    assert record.outcome_of(2).fate is Fate.UNSENT


def test_a_journal_written_is_read_as_it_was_meant(tmp_path: Path) -> None:
    with journal.opened(tmp_path, RUN) as ours:
        for delivery in (1, 2, 3):
            ours.intend(delivery)
        ours.settle(1, ACCEPTED)
        ours.settle(2, REJECTED)
        ours.flush()

    with journal.taken_over(tmp_path, RUN) as record:
        outcomes = [record.outcome_of(delivery) for delivery in (1, 2, 3, 4)]

    assert outcomes == [ACCEPTED, REJECTED, Outcome(Fate.IN_DOUBT), Outcome(Fate.UNSENT)]
    assert list(tmp_path.iterdir()) == []


def test_the_journal_of_a_living_run_is_left_alone(tmp_path: Path) -> None:
    with journal.opened(tmp_path, RUN), pytest.raises(JournalBusy), journal.taken_over(tmp_path, RUN):
        pass

    assert (tmp_path / f"{RUN}.journal").exists()


def test_a_journal_of_another_machine_is_missing(tmp_path: Path) -> None:
    with pytest.raises(JournalMissing), journal.taken_over(tmp_path, RUN):
        pass


def test_a_journal_whose_reader_failed_is_kept(tmp_path: Path) -> None:
    with journal.opened(tmp_path, RUN):
        pass

    with pytest.raises(RuntimeError), journal.taken_over(tmp_path, RUN):
        raise RuntimeError

    assert (tmp_path / f"{RUN}.journal").exists()


def test_what_was_flushed_survives_kill_9_and_the_lock_does_not(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, uuid\n"
        "from services.newsletter.sending import journal\n"
        f"with journal.opened(pathlib.Path({str(tmp_path)!r}), uuid.UUID({str(RUN)!r})) as ours:\n"
        "    ours.intend(7); ours.flush(); ours.intend(8)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": "."}, check=False)

    assert done.returncode == -9
    with journal.taken_over(tmp_path, RUN) as record:
        assert record.is_complete
        assert record.outcome_of(7).fate is Fate.IN_DOUBT
        assert record.outcome_of(8).fate is Fate.UNSENT


def test_a_full_disk_says_so() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    ours = journal.Journal(full, Path("/dev/full"))
    ours.intend(1)

    with pytest.raises(JournalFull, match="free some space"):
        ours.flush()

    os.close(full)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(JournalFull), journal.opened(tmp_path / "file" / "journal", RUN):
        pass


def test_the_sweep_removes_old_journals_of_dead_runs_only(tmp_path: Path) -> None:
    old, living, fresh = uuid4(), uuid4(), uuid4()
    for run in (old, fresh):
        with journal.opened(tmp_path, run):
            pass
    with journal.opened(tmp_path, living):
        for run in (old, living):
            os.utime(tmp_path / f"{run}.journal", (0, 0))

        journal.sweep(tmp_path, now_s=(tmp_path / f"{fresh}.journal").stat().st_mtime)

        assert {path.stem for path in tmp_path.iterdir()} == {str(living), str(fresh)}
