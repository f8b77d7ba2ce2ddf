"""Which database answers this request: the replica, or the primary?

The replica, as long as it shows at least the position of the feed that the primary had a moment ago: every release and
every recall moves that position, so nothing recalled is served from a replica that lags. When the primary doesn't
answer, nothing newer can be known, and the replica serves alone. docs/adr/0012-the-queue-carries-ids.md says why.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db import Error, connections
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

PRIMARY, REPLICA = "default", "replica"
LOOK_S = 1.0
_chosen: ContextVar[str] = ContextVar("database", default=PRIMARY)


def reading_alias() -> str:
    """Return the database that the current request reads from."""
    return _chosen.get()


class Router:
    """Sends reads where the request reads from; nothing is written in this process."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return reading_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


class Watch:
    """Compares the two databases once a second, in a thread of its own: no request waits for a dead one."""

    def __init__(self) -> None:
        self.alias = PRIMARY
        self._lock = threading.Lock()
        self._pid = 0

    def ensure_running(self) -> None:
        """Start the thread in this process, after a first look; the parent of a fork has its own."""
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                self.look()
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="replica-watch", daemon=True).start()

    def look(self) -> None:
        """Choose the database for the requests of the next second."""
        ahead, shown = _position(PRIMARY), _position(REPLICA)
        is_current = shown is not None and (ahead is None or shown >= ahead)
        alias = REPLICA if is_current else PRIMARY
        if alias != self.alias:
            log.warning("reads_moved", extra={"to": alias, "primary_at": ahead, "replica_at": shown})
        self.alias = alias

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_S)
            self.look()


watch = Watch()


class ReplicaMiddleware:
    """Chooses the database of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        watch.ensure_running()
        token = _chosen.set(_answering(watch.alias))
        try:
            return self.get_response(request)
        finally:
            _chosen.reset(token)


def _answering(alias: str) -> str:
    """Return ``alias``, or the primary if the replica has died since the last look.

    Never the other way round: a primary that is only busy must not send its readers to a replica that lags.
    """
    if alias == REPLICA:
        try:
            connections[REPLICA].ensure_connection()
        except Error:
            return PRIMARY
    return alias


def _position(alias: str) -> int | None:
    """Return where the feed is in that database; None if it doesn't answer."""
    from cms.delivery.queries import feed_position  # which asks here where to read

    token = _chosen.set(alias)
    try:
        return feed_position()
    except Error:
        return None
    finally:
        connections[alias].close()
        _chosen.reset(token)
