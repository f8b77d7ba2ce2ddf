"""Private and public stores over Django's storage API."""

from foundation.storage.errors import ContentChanged, StorageError, StoredFileMissing, StoreFull, UnsafeKey
from foundation.storage.stores import (
    StoredFile,
    content_key,
    copy,
    delete_tree,
    local_path,
    private_store,
    public_store,
    put,
)

__all__ = [
    "ContentChanged",
    "StorageError",
    "StoreFull",
    "StoredFile",
    "StoredFileMissing",
    "UnsafeKey",
    "content_key",
    "copy",
    "delete_tree",
    "local_path",
    "private_store",
    "public_store",
    "put",
]
