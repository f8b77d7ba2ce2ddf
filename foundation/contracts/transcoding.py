"""What do the CMS and the transcoder say to each other?

The CMS asks with ``POST /v1/jobs`` and the header ``Idempotency-Key``; master and renditions lie in the private store
both share.
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from foundation.contracts.base import Contract, Sha256, StoreKey

PROFILE_VERSION = 1
MANIFEST_NAME = "manifest.json"

Stage = Literal["queued", "probe", "validate", "plan", "encode", "package", "verify", "publish"]
State = Literal["queued", "running", "succeeded", "refused", "failed", "cancelled"]


class TranscodeRequest(Contract):
    """Prepare the film at ``source_key``; its files go below ``output_prefix`` of the private store."""

    source_key: StoreKey
    source_sha256: Sha256
    output_prefix: StoreKey
    profile_version: int = PROFILE_VERSION


class FilmFile(Contract):
    """One file of a prepared film; ``path`` relative to the manifest."""

    path: StoreKey
    role: Literal["hls-master", "hls-playlist", "hls-media", "mp4", "poster", "storyboard"]
    media_type: str
    size_bytes: int = Field(ge=0)
    sha256: Sha256


class VideoRendition(Contract):
    """One rung of the ladder: pixels, kilobits per second (average) and frames per second."""

    name: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    video_kbps: int = Field(ge=0)
    frame_rate: float = Field(gt=0)


class StoryboardPlan(Contract):
    columns: int = Field(gt=0)
    rows: int = Field(gt=0)
    tile_width: int = Field(gt=0)
    tile_height: int = Field(gt=0)
    interval_s: float = Field(gt=0)


class FilmManifest(Contract):
    """Everything that was made of one master, upright, in sync and free of personal metadata."""

    profile_version: int
    source_sha256: Sha256
    duration_s: float = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    has_sound: bool
    renditions: tuple[VideoRendition, ...]
    storyboard: StoryboardPlan | None
    files: tuple[FilmFile, ...]


class TranscodeStatus(Contract):
    """Where a job stands. ``version`` grows with every change: an older one is ignored."""

    job_id: UUID
    version: int = Field(ge=1)
    state: State
    stage: Stage
    progress: float = Field(ge=0, le=1)
    message: str = Field(default="", description="Why a film was refused or failed: one sentence for a person.")
    manifest: FilmManifest | None = None
    source_sha256: Sha256
    changed_at: AwareDatetime


class TranscodeChanged(Contract):
    """Event ``transcode.changed``: progress, success, refusal or failure of a job."""

    status: TranscodeStatus
