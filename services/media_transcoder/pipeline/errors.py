"""What can go wrong with a film, and whose fault is it?"""


class PipelineError(Exception):
    """One sentence for a person; what it means is in the class."""


class Refused(PipelineError):
    """The film can't be prepared as it is; trying again would end the same way."""


class Broken(PipelineError):
    """The film may be fine: something on our side failed. Worth another attempt."""


class DiskFull(Broken):
    """There is no room for the work files or the result."""


class Stalled(Broken):
    """The encoder made no progress for too long and was ended."""


class SourceChanged(Broken):
    """The film is not the one that was announced (its hash differs)."""
