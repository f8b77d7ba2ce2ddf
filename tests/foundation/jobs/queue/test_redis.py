"""Is Redis used as a long film needs it?"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from foundation.jobs.broker import LONGEST_RUN_S
from foundation.jobs.publishing import Publisher
from tests.foundation.conftest import WorkerProcess
from tests.foundation.jobs.queue.test_brokers import held
from tests.foundation.waiting import wait_until
from tests.servers.redis import Redis

StartWorker = Callable[..., WorkerProcess]


def unacknowledged(client: redis.Redis) -> dict[Any, float]:
    found: Any = client.zrange("unacked_index", 0, -1, withscores=True)
    return dict(found)


def test_a_long_jobs_message_is_not_delivered_again_meanwhile(
    redis_queue: Redis, publisher: Publisher, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker("first").wait_until_ready()
    _, began, until = held(tmp_path)
    wait_until(began.exists)
    with redis.Redis.from_url(redis_queue.url) as client:
        (tag,) = unacknowledged(client)
        hours_ago = time.time() - LONGEST_RUN_S + 3600
        client.zadd("unacked_index", {tag: hours_ago})

        start_worker("second").wait_until_ready()  # looks for messages to restore as it starts

        assert unacknowledged(client) == {tag: hours_ago}
        assert publisher.waiting("default") == 0
    until.touch()
