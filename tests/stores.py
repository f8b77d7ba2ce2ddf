"""What lies in a store, whatever kind of store the tests run on?"""

from foundation.storage import Store


def keys_below(store: Store, folder: str) -> list[str]:
    """Return the keys of every file below ``folder``, sorted."""
    return [file.key for file in store.keys(f"{folder}/")]


def bytes_of(store: Store, key: str) -> bytes:
    """Return what a file holds."""
    with store.read(key) as blocks:
        return b"".join(blocks)
