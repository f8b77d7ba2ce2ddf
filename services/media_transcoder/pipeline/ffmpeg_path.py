"""Which ffmpeg is used when none is configured?"""

import os

import imageio_ffmpeg


def default_ffmpeg() -> str:
    """Return the static build that comes with the Python packages."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def default_threads() -> int:
    """Threads per encoder: one wastes least CPU, and four rungs fill two cores; more cores get more."""
    return max(1, (os.cpu_count() or 2) // 2)
