"""What can keep a backup, a restore or a move from being done? Each message says what to do."""


class TransferError(Exception):
    """Nothing was lost by it: the source is only ever read, and the target can be finished by running it again."""


class NotEmpty(TransferError):
    """The target holds data already."""


class OtherVersion(TransferError):
    """Source and target don't have the same migrations."""


class ArchiveDamaged(TransferError):
    """The archive is not what was written; the message names the file."""


class DatabaseTrouble(TransferError):
    """A database can't be reached, or refuses what we want of it."""


class RowRefused(TransferError):
    """The target database can't hold a row of the source."""


class Different(TransferError):
    """What was read back is not what was written."""


class CannotWrite(TransferError):
    """The disk is full, or the folder can't be written."""
