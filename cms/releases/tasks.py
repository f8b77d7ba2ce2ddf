"""Which background work does this app ask for?"""

from uuid import UUID

from foundation.contracts.base import Contract

REMOVE_FILES = "releases.remove_files"


class RemoveFiles(Contract):
    """Delete the public files of a recall that no standing release uses."""

    recall_id: UUID
