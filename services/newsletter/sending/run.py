"""What does one run of a campaign do? It keeps the courier's book over the ledger: letters out, outcomes in."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import Error as DatabaseTrouble
from django.db import connection, transaction
from django.utils import timezone

from foundation.jobs.errors import JobInterrupted
from foundation.web.metrics.counting import MAILS
from services.newsletter.campaigns.models import Campaign
from services.newsletter.sending import ledger
from services.newsletter.sending.journal import Journal
from services.newsletter.sending.ledger import Claimed
from services.newsletter.sending.template import AddressRefused
from services.newsletter.sending.writing import Writer
from services.newsletter.smtp.letters import Fate, Letter, Outcome

RENEW_S = ledger.CLAIM_S / 10
HOLD_S = ledger.CLAIM_S / 2  # a claim not renewed for so long is not acted on any more
DRAIN_S = 3.0  # what the letters under way get to end when the run is told to stop
REJECTIONS_IN_A_ROW = 25  # that are a trouble of ours with the relay, not of 25 readers


class RelayRejectsEverything(Exception):
    """The relay turns down one recipient after the other; going on would harm."""


class RunStalled(Exception):
    """This run was asleep so long that others may hold its deliveries by now."""


@dataclass
class Limits:
    """When a run stops by itself: ``ends_at`` by the monotonic clock, so that other campaigns have their turn."""

    ends_at: float
    batch: int = ledger.BATCH


@dataclass
class RunBook:
    """The courier's book over the ledger, for one run of one campaign.

    ``beat`` is called about once a second with the number of letters settled so far, and raises JobInterrupted when the
    run has to stop; ``ended_by`` keeps it.
    """

    campaign: Campaign
    run: UUID
    journal: Journal
    limits: Limits
    beat: Callable[[int], None]
    ended_by: Exception | None = None
    counts: Counter[Fate] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._writer = Writer(self.campaign)
        self._queue: deque[Claimed] = deque()
        self._out: dict[int, Claimed] = {}
        self._unwanted: set[int] = set()  # as of the last look
        self._stale: set[int] = set()  # under way, and to be given back
        self._settled: list[tuple[Claimed, Outcome]] = []
        self._rejected_in_a_row: Counter[tuple[int, str]] = Counter()
        self._is_stopping = False
        self._drain_until = float("inf")
        self._renewed_at = _clock()

    # the courier's side

    def next_letter(self, *, is_8bit: bool) -> Letter | None:
        while not self._is_stopping and time.monotonic() < self.limits.ends_at:
            if not self._queue and not self._claim():
                return None
            if letter := self._give_out(self._queue.popleft(), is_8bit=is_8bit):
                return letter
        return None

    def is_wanted(self, letter: Letter) -> bool:
        return not (letter.key in self._unwanted or letter.key in self._stale or self._has_stalled)

    def intend(self, letter: Letter) -> None:
        self.journal.intend(letter.key)

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        self._note(self._out[letter.key], outcome)
        self._watch_for_trouble(outcome)

    def flush(self) -> None:
        self.journal.flush()

    def tick(self) -> None:
        """Write what is settled, see what has changed, and report."""
        self.flush()
        self._writer.tick()
        try:
            self._write_down()
            self._look_around()
            self.beat(self.counts.total())
        except (JobInterrupted, DatabaseTrouble) as interruption:
            self._interrupt(interruption)

    # the ledger's side

    def close(self) -> None:
        """Give back what was not sent and write down the rest; the journal is not needed afterwards."""
        for delivery in (*self._queue, *self._out.values()):
            self._settled.append((delivery, Outcome(Fate.UNSENT)))
        self._queue.clear()
        self._out.clear()
        if isinstance(self.ended_by, DatabaseTrouble) and not connection.in_atomic_block:
            connection.close()  # a database that was restarted may be there again
        self._write_down()

    def _claim(self) -> bool:
        """Write down what is settled and take the next batch, in one transaction: each costs a wait for the disk."""
        try:
            with transaction.atomic():
                ledger.settle(self.run, self._settled, at=timezone.now())
                batch = ledger.claim(self.campaign, self.run, at=timezone.now(), limit=self.limits.batch)
        except DatabaseTrouble as trouble:
            self._interrupt(trouble)
            return False
        self._settled.clear()
        self._queue.extend(batch)
        return bool(batch)

    def _give_out(self, delivery: Claimed, *, is_8bit: bool) -> Letter | None:
        self._out[delivery.id] = delivery
        if delivery.id in self._unwanted:
            self._note(delivery, Outcome(Fate.UNSENT))
            return None
        try:
            return self._writer.letter(delivery, is_8bit=is_8bit)
        except AddressRefused:
            self._note(delivery, Outcome(Fate.REJECTED, status="5.1.3"))
            return None

    def _note(self, delivery: Claimed, outcome: Outcome) -> None:
        del self._out[delivery.id]
        self._stale.discard(delivery.id)
        self.journal.settle(delivery.id, outcome)
        self._settled.append((delivery, outcome))
        self.counts[outcome.fate] += 1
        MAILS.add(outcome.fate.value)

    def _write_down(self) -> None:
        if self._settled:
            ledger.settle(self.run, self._settled, at=timezone.now())
            self._settled.clear()

    def _look_around(self) -> None:
        """See who left, what was recalled, and whether the campaign still is to be sent."""
        if self._has_stalled:
            self._stop(RunStalled("This run was asleep too long."))
            self._queue.clear()
            self._stale |= self._out.keys()
        elif _clock() - self._renewed_at > RENEW_S:
            ledger.renew(self.run)
            self._renewed_at = _clock()
        self._unwanted = ledger.unwanted_of(self.run)
        if self._writer.refresh():
            self._stale |= self._out.keys()  # written before the change: given back and written anew
        state = Campaign.objects.values_list("state", flat=True).get(pk=self.campaign.pk)
        if state != Campaign.State.SENDING:
            self._stop(None)
            if state == Campaign.State.CANCELLED:
                self._stale |= self._out.keys()

    @property
    def _has_stalled(self) -> bool:
        return _clock() - self._renewed_at > HOLD_S

    def _watch_for_trouble(self, outcome: Outcome) -> None:
        if outcome.fate is Fate.ACCEPTED:
            self._rejected_in_a_row.clear()
        elif outcome.fate is Fate.REJECTED and not outcome.status.startswith("5.1."):
            self._rejected_in_a_row[outcome.code, outcome.status] += 1
            if self._rejected_in_a_row[outcome.code, outcome.status] >= REJECTIONS_IN_A_ROW:
                answer = f"{outcome.code} {outcome.status}".strip()
                self._stop(
                    RelayRejectsEverything(f"The relay rejected {REJECTIONS_IN_A_ROW} mails in a row ({answer}).")
                )

    def _stop(self, reason: Exception | None) -> None:
        """Give out no more letters; those under way may end."""
        if not self._is_stopping:
            self._is_stopping, self.ended_by = True, reason

    def _interrupt(self, interruption: Exception) -> None:
        """Stop, and soon; letters still without an answer by then are in doubt.

        So a database that goes away puts none in doubt: they end, and the journal keeps what became of them.
        """
        self._is_stopping, self.ended_by = True, interruption
        self._drain_until = min(self._drain_until, time.monotonic() + DRAIN_S)
        if time.monotonic() > self._drain_until:
            raise interruption


def _clock() -> float:
    """Return seconds that also pass while the machine sleeps, as they do in the database."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
