"""What can go wrong with a stored file?"""

from django.core.exceptions import SuspiciousFileOperation


class StorageError(Exception):
    """A file could not be stored or read."""


class StoreFull(StorageError):
    """The disk is full; nothing of the file was left behind."""


class StoreUnavailable(StorageError):
    """The store doesn't answer: worth another attempt after ``after_s`` seconds."""

    after_s = 10.0


class StoredFileMissing(StorageError, FileNotFoundError):
    """There is no file under this key."""


class CopyMissing(StoredFileMissing):
    """A copy is gone again: somebody deleted it meanwhile."""


class ContentChanged(StorageError):
    """A copy does not have the hash of its source."""


class UnsafeKey(StorageError, SuspiciousFileOperation):
    """A key would leave the store, or names a hidden or temporary file."""
