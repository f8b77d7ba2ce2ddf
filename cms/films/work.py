"""Which jobs do films give to the ledger, and what does each carry?"""

from uuid import UUID

from foundation.contracts.base import Contract

CHECK_UPLOAD = "films.check_upload"
ORDER_PREPARATION = "films.order_preparation"
CANCEL_PREPARATION = "films.cancel_preparation"


class CheckUpload(Contract):
    """Put the parts of an upload together, and see whether it is a film."""

    upload_id: UUID


class OrderPreparation(Contract):
    """Ask the transcoder to prepare the master; an order for an older ``attempt`` is void."""

    film_id: UUID
    attempt: int


class CancelPreparation(Contract):
    """Tell the transcoder that nobody waits for ``job_id`` any more."""

    job_id: UUID
