"""How large, long, fast and wide may a film be, and how long may looking at it take?"""

MAX_SIZE_BYTES = 20 * 1024**3
MAX_DURATION_S = 4 * 3600.0
MIN_DURATION_S = 0.1
MAX_STREAMS = 32
MAX_SIDE = 8192
MAX_PIXELS = 36_000_000  # 8K is 33 megapixels
MIN_SIDE = 16
MAX_SHAPE = 10.0  # longer side through shorter side
MAX_FRAME_RATE = 300.0  # phones record slow motion with 240

MAX_INDEX_BYTES = 128 * 1024**2  # the index of a four-hour film takes some 30 MB

INSPECTION_WALL_S = 8.0  # a hostile film is refused within ten seconds, the start of an interpreter included
INSPECTION_CPU_S = 8
INSPECTION_MEMORY_BYTES = 2 * 1024**3
ENCODE_MEMORY_BYTES = 12 * 1024**3
STALL_S = 120.0
