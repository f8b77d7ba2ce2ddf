"""How does an installation take in what a source holds, also when it is killed in between and run again?"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from infra.transfer.databases import Writer, is_there, writing
from infra.transfer.errors import NotEmpty, OtherVersion
from infra.transfer.installation import Installation, catalogues, migrate
from infra.transfer.left_out import MADE_BY_MIGRATIONS
from infra.transfer.sources import Source
from infra.transfer.tables import DEPLOYABLES, Catalogue, batches

Tell = Callable[[str], None]
TRANSFER, VERIFIED = "transfer", "verified"  # kinds of notes
_ELSEWHERE = "choose an empty place, or remove what is there."


class Target:
    """An installation that is being filled. Its databases remember how far it is."""

    def __init__(self, source: Source, installation: Installation, writers: dict[str, Writer]) -> None:
        self.source = source
        self.installation = installation
        self._writers = writers

    @property
    def is_verified(self) -> bool:
        """Whether an earlier run got as far as comparing all."""
        return any(writer.notes(VERIFIED) for writer in self._writers.values())

    def load(self, tell: Tell) -> None:
        """Add the rows that are not there yet, then make keys and counters right."""
        for deployable, writer in self._writers.items():
            done = writer.notes("rows")
            tables, rows = self.source.tables(deployable), 0
            for table in tables:
                there = int(done.get(table.name, 0))
                for batch in batches(self.source.rows(deployable, table, skip=there)):
                    there += len(batch)
                    writer.insert(table, batch, rows_then=there)
                rows += there
            counted = [table for table in tables if table.is_counted]
            writer.complete([(table, self.source.last_key(deployable, table)) for table in counted])
            tell(f"{deployable}: {rows:,} rows in {len(tables)} tables.")

    def note_verified(self) -> None:
        """Remember that all is there: a run that is killed from now on has only to tidy up."""
        for writer in self._writers.values():
            writer.note(VERIFIED, "id", self.source.id)

    def forget(self) -> None:
        """Remove the notes: nothing is left to be done."""
        for writer in self._writers.values():
            writer.forget()


@contextmanager
def target_for(source: Source, installation: Installation, tell: Tell) -> Iterator[Target]:
    """Yield an empty installation with its tables, or one that an earlier run has half filled; NotEmpty."""
    notes = {deployable: _notes(installation.databases[deployable]) for deployable in DEPLOYABLES}
    for deployable, (id, _is_verified) in notes.items():
        if id not in {"", source.id}:
            raise NotEmpty(f"Another transfer into the database of {deployable} has not ended: {_ELSEWHERE}")
    if not any(is_verified for _id, is_verified in notes.values()):
        _begin_in(source, installation, [deployable for deployable, (id, _) in notes.items() if not id], tell)
    writers = {deployable: writing(installation.databases[deployable]) for deployable in DEPLOYABLES}
    try:
        yield Target(source, installation, writers)
    finally:
        for writer in writers.values():
            writer.close()


def is_whole(installation: Installation) -> bool:
    """Whether there is an installation with rows and no transfer under way."""
    try:
        require_empty(installation)
    except NotEmpty:
        return not any(_notes(url)[0] for url in installation.databases.values())
    return False


def require_empty(installation: Installation, deployables: tuple[str, ...] = DEPLOYABLES) -> None:
    """Raise NotEmpty when a database holds more than ``migrate`` puts there."""
    for deployable in deployables:
        url = installation.databases[deployable]
        if is_there(url):
            with closing(writing(url)) as writer:
                carried = {table.name for table in catalogues()[deployable].tables} - MADE_BY_MIGRATIONS
                filled = sorted(name for name in carried & writer.tables() if writer.has_rows(name))
            if filled:
                raise NotEmpty(f"The database of {deployable} is not empty ({filled[0]} has rows): {_ELSEWHERE}")


def require_same_version(source: Source, known: dict[str, Catalogue]) -> None:
    """Raise OtherVersion, with what to do, unless this code has the migrations of the source and no others."""
    for deployable, catalogue in known.items():
        later = sorted(source.migrations(deployable) - set(catalogue.migrations))
        earlier = sorted(set(catalogue.newest) - source.migrations(deployable))
        if later:
            raise OtherVersion(
                f"The backup is of a later version, with the migration {later[0]} of {deployable}: restore it with "
                "that version."
            )
        if earlier:
            raise OtherVersion(
                f"The backup is of an earlier version, without the migration {earlier[0]} of {deployable}: restore it "
                "with that version, then start this one, which brings the tables up to date."
            )


def _begin_in(source: Source, installation: Installation, fresh: list[str], tell: Tell) -> None:
    if not fresh:
        return
    is_first = len(fresh) == len(DEPLOYABLES)
    require_empty(installation, tuple(fresh))
    if is_first and not installation.is_on_s3:
        _require_no_files(installation)
    tell("Making the tables …")
    migrate(installation)
    if installation.is_on_s3:
        installation.manage("cms", "prepare_stores")
        if is_first:
            _require_no_files(installation)
    for deployable in fresh:
        with closing(writing(installation.databases[deployable])) as writer:
            names = {table.name for table in source.tables(deployable)}
            writer.begin(source.id, sorted(names & MADE_BY_MIGRATIONS))


def _require_no_files(installation: Installation) -> None:
    for name, store in installation.stores().items():
        if next(iter(store.keys("")), None):
            raise NotEmpty(f"The {name} store is not empty: {_ELSEWHERE}")


def _notes(url: str) -> tuple[str, bool]:
    """Return the id of the transfer that began there, and whether it has been verified."""
    if not is_there(url):
        return "", False
    with closing(writing(url)) as writer:
        return writer.notes(TRANSFER).get("id", ""), bool(writer.notes(VERIFIED))
