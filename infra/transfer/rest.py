"""In which state does work come back that was under way when a backup was taken? At rest: nothing is done twice.

A restored database doesn't know what happened after the backup. So whatever might have been sent since is in doubt, and
waits for a person. After a move nothing else has happened, and only what a dead process held is let go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from infra.transfer.sources import Source
from infra.transfer.tables import Table
from infra.transfer.values import decode_row, encode_row

How = Literal["moved", "restored"]
Row = dict[str, Any]

HELD = "Held after a restore or a move. Look into the reports of your mail relay, then resume."
FAILED = "Held after a restore: it may have been sent since the backup. Look, then send the issue again if it was not."
UNANSWERED = "Restored from a backup: look whether this was sent meanwhile before you ask again."
SEND_AGAIN = "The upload was broken off. Upload the file again."
CALLED_OFF = "Called off: restored from a backup, it may have been done since."
MAILING = frozenset({"lists.write", "newsroom.start-sending"})
"""Kinds of jobs that end in a mail and would not notice that it was sent already."""


@dataclass(frozen=True)
class Rest:
    """``at`` is the moment of the backup, in the form of infra.transfer.values."""

    how: How
    at: str

    def job(self, row: Row) -> None:
        """Queue what was running; call off what would mail somebody again."""
        if row["state"] == "running":
            attempt = max(row["attempt"] - 1, 0)
            row.update(state="queued", worker="", lease_until=None, attempt=attempt)
        if self.how == "restored" and row["kind"] in MAILING and row["state"] == "queued":
            row.update(state="cancelled", finished_at=self.at, error=CALLED_OFF)

    def campaign(self, row: Row) -> None:
        """Hold what was being sent; give up what was being prepared and may have been sent whole since."""
        restored = self.how == "restored"
        if row["state"] == "sending" or (restored and row["state"] == "paused"):
            row.update(state="paused", message=HELD, version=row["version"] + 1, changed_at=self.at)
        elif restored and row["state"] == "preparing":
            row.update(state="failed", message=FAILED, version=row["version"] + 1, changed_at=self.at)

    def delivery(self, row: Row) -> None:
        """Doubt what a run held; after a restore also what waited, for it may have been sent since."""
        if row["state"] == "claimed" or (self.how == "restored" and row["state"] == "pending"):
            row.update(state="in_doubt", claim=None, claimed_until=None, settled_at=self.at)

    def sending(self, row: Row) -> None:
        """A request that may have been answered since is not repeated without a person."""
        if self.how == "restored" and row["state"] == "requested":
            row.update(state="unanswered", message=UNANSWERED, changed_at=self.at)

    def revision(self, row: Row) -> None:
        """Take back what was scheduled: it may have been published, and recalled, since."""
        if self.how == "restored":
            row.update(approved_go_live_at=None)

    def upload(self, row: Row) -> None:
        """What a browser was sending straight to the old store is not there: its parts are in no listing of files."""
        if row["state"] == "receiving" and row["multipart_id"]:
            row.update(state="refused", message=SEND_AGAIN, multipart_id="", part_bytes=0, fingerprint="")


RULES: dict[str, Callable[[Rest, Row], None]] = {
    "jobs_job": Rest.job,
    "campaigns_campaign": Rest.campaign,
    "campaigns_delivery": Rest.delivery,
    "newsroom_sending": Rest.sending,
    "wagtailcore_revision": Rest.revision,
    "films_upload": Rest.upload,
}
_WORTH_A_LOOK = {
    "jobs_job": ('"queued"', '"running"'),
    "campaigns_delivery": ('"pending"', '"claimed"'),
}


def at_rest(rows: Iterator[str], table: Table, rest: Rest) -> Iterator[str]:
    """Yield the rows of a table, changed where they must not go on as they are."""
    rule = RULES.get(table.name)
    if rule is None:
        return rows
    words = _WORTH_A_LOOK.get(table.name, ("",))
    return (_changed(line, table, rest, rule) if any(word in line for word in words) else line for line in rows)


def _changed(line: str, table: Table, rest: Rest, rule: Callable[[Rest, Row], None]) -> str:
    row = dict(zip((column.name for column in table.columns), decode_row(line), strict=True))
    rule(rest, row)
    return encode_row(list(row.values()))


class Resting:
    """A source as a target gets it."""

    def __init__(self, source: Source, how: How) -> None:
        self._source = source
        self._rest = Rest(how, source.made_at)
        self.id, self.made_at = source.id, source.made_at
        self.tables, self.migrations, self.last_key = source.tables, source.migrations, source.last_key
        self.files, self.read = source.files, source.read

    def rows(self, deployable: str, table: Table, *, skip: int = 0) -> Iterator[str]:
        return at_rest(self._source.rows(deployable, table, skip=skip), table, self._rest)
