"""Private and public stores over Django's storage API."""

from foundation.storage.errors import (
    ContentChanged,
    CopyMissing,
    StorageError,
    StoredFileMissing,
    StoreFull,
    StoreUnavailable,
    UnsafeKey,
)
from foundation.storage.keys import StoredKey, content_key
from foundation.storage.stores import (
    Store,
    StoredFile,
    copy,
    delete_tree,
    local_path,
    private_store,
    public_store,
    put,
    sha256_of,
)

__all__ = [
    "ContentChanged",
    "CopyMissing",
    "StorageError",
    "Store",
    "StoreFull",
    "StoreUnavailable",
    "StoredFile",
    "StoredFileMissing",
    "StoredKey",
    "UnsafeKey",
    "content_key",
    "copy",
    "delete_tree",
    "local_path",
    "private_store",
    "public_store",
    "put",
    "sha256_of",
]
