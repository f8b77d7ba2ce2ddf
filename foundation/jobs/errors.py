"""How can a job go wrong, and is another attempt worth it?"""

from foundation.contracts.base import Contract


class JobError(Exception):
    """Base of everything the ledger raises."""


class Retryable(JobError):
    """Worth another attempt, after ``after_s`` seconds if given, else after the backoff."""

    def __init__(self, message: str, *, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


class Terminal(JobError):
    """Hopeless: the job fails at once; ``result`` is kept on the job like that of a success."""

    def __init__(self, message: str, *, result: Contract | None = None) -> None:
        super().__init__(message)
        self.result = result


class JobInterrupted(JobError):
    """Stop now: clean up and let this exception pass. Raised by ``RunningJob.heartbeat``."""


class LeaseLost(JobInterrupted):
    """The ledger gave the job to somebody else; nothing this run still does will count."""


class JobCancelled(JobInterrupted):
    """Somebody asked for the job to be cancelled."""


class WorkerStopping(JobInterrupted):
    """The worker was told to stop; the job goes back to the queue and this attempt isn't counted."""


class UnknownKind(JobError):
    """No handler of this kind is registered in this process."""


class KeyTaken(JobError):
    """The idempotency key already belongs to a job of another kind."""


class QueueUnreachable(JobError):
    """The queue that delivers ids didn't answer; the ledger has the job, and publishes it again."""
