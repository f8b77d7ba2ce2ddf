"""How does a run of chaos go? Work is asked for, everything dies at random, and all of it comes to an end."""

import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import LiteralString

import psycopg

from tests.chaos.engines import Engines, running_engines
from tests.chaos.findings import Findings
from tests.chaos.killing import Fate, Killer, Victim
from tests.chaos.members import Member, Sleeper, environment_of, running, said_by, told_by, wait_until_none
from tests.chaos.relay import Taker, taking
from tests.chaos.world import LEASE_S
from tests.servers.ports import free_port

WORLD, NEWSLETTER = "tests.chaos.world.settings", "services.newsletter.settings"
HOOKS_SECRET = "whsec_" + b64encode(b"what the receiver knows").decode()
SHARDS, CONNECTIONS, LANES = 2, 4, 2
_OPEN_WORK: tuple[LiteralString, ...] = (
    "SELECT kind, state, count(*), max(error) FROM jobs_job WHERE finished_at IS NULL GROUP BY kind, state",
    "SELECT state, count(*), max(error) FROM events_outboxdelivery WHERE state <> 'delivered' GROUP BY state",
)
_OPEN_CAMPAIGNS = "SELECT state, message FROM campaigns_campaign WHERE state <> 'finished'"
_OPEN = {"world": _OPEN_WORK, "newsletter": (*_OPEN_WORK, _OPEN_CAMPAIGNS)}


@dataclass(frozen=True)
class Plan:
    """How much work, over how many seconds, and how often everything dies in them."""

    seed: int
    jobs: int
    events: int
    mails: int
    seconds: float
    kills: dict[str, int]
    limit_s: float


@dataclass(frozen=True)
class Cast:
    """Who takes part, with what they need to know."""

    engines: Engines
    world: dict[str, str]
    receiver: dict[str, str]
    newsletter: dict[str, str]
    workers: list[Member]
    senders: list[Member]
    hearing: Member

    @property
    def members(self) -> list[Member]:
        return [self.hearing, *self.workers, *self.senders]


def play(plan: Plan) -> Findings:
    """Run the plan to its end; AssertionError when it doesn't come to one in time."""
    taker = Taker(pace_s=plan.seconds / plan.mails)
    with running_engines("world", "newsletter") as engines, taking(taker) as smtp_url, _folder() as folder:
        cast = _cast(engines, folder, smtp_url)
        campaign_id = _prepared(cast, plan)
        started = time.monotonic()
        with running(cast.members):
            wait_until_none(partial(_not_ready, cast), limit_s=plan.limit_s)
            killer = _killed(cast, plan, taker)
            wait_until_none(partial(_open, engines), limit_s=plan.limit_s)
            seconds = time.monotonic() - started
        return Findings(
            plan_seed=plan.seed,
            asked_jobs=plan.jobs,
            asked_events=plan.events,
            seconds=seconds,
            kills=dict(killer.kills),
            diary=tuple(sorted(killer.diary)),
            republished=sum(member.lines("jobs_republished") for member in cast.members),
            world=told_by(["tests.chaos.world.counting"], cast.world),
            heard=_heard(engines),
            campaign=told_by(["tests.chaos.campaign", "count", campaign_id], cast.newsletter),
            taken=dict(taker.taken),
            journals_left=len(list((folder / "newsletter" / "journal").glob("*"))),
        )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="make-it-safe-chaos-") as folder:
        yield Path(folder)


def _cast(engines: Engines, folder: Path, smtp_url: str) -> Cast:
    port = free_port()
    hooks = f"http://127.0.0.1:{port}/hooks"
    common = {"STORAGE_URL": engines.storage_url, "HOOKS_SECRET": HOOKS_SECRET}
    world = environment_of(
        WORLD,
        folder / "world",
        DATABASE_URL=engines.database_url("world"),
        QUEUE_URL=engines.queue_url("world"),
        HOOKS_URL=f"{hooks}/world",
        **common,
    )
    receiver = environment_of(WORLD, folder / "receiver", DATABASE_URL=engines.database_url("receiver"), **common)
    newsletter = environment_of(
        NEWSLETTER,
        folder / "newsletter",
        DATABASE_URL=engines.database_url("newsletter"),
        QUEUE_URL=engines.queue_url("newsletter"),
        SMTP_URL=smtp_url,
        SMTP_CONNECTIONS=str(CONNECTIONS),
        SENDING_SHARDS=str(SHARDS),
        EDITING_URL=f"http://127.0.0.1:{port}",
        NEWSLETTER_WEBHOOK_SECRET=HOOKS_SECRET,
    )
    work = ("tests.chaos.world.manage", "work", "--name")
    send = ("services.newsletter.manage", "work", "--name")
    return Cast(
        engines,
        world,
        receiver,
        newsletter,
        workers=[Member(f"worker-{n}", (*work, f"w{n}"), world, folder) for n in (1, 2)],
        senders=[Member(f"sender-{n}", (*send, f"s{n}"), newsletter, folder) for n in (1, 2)],
        hearing=Member("receiver", ("tests.chaos.world.serving", str(port)), receiver, folder),
    )


def _prepared(cast: Cast, plan: Plan) -> str:
    with ThreadPoolExecutor(2) as pool:
        world = pool.submit(said_by, ["tests.chaos.world.preparing"], cast.world)
        campaign = pool.submit(said_by, ["tests.chaos.campaign", "prepare", str(plan.mails)], cast.newsletter)
        world.result()
        with psycopg.connect(cast.engines.database.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE receiver TEMPLATE world")
        return campaign.result()


def _not_ready(cast: Cast) -> list[str]:
    """Return who has not found the queues of its two lanes yet."""
    return [member.name for member in (*cast.workers, *cast.senders) if member.lines("queue_found") < LANES]


def _killed(cast: Cast, plan: Plan, taker: Taker) -> Killer:
    """Ask for the work while everything dies; return when all is asked for and everything lives again."""
    killer = Killer(plan.seed)
    killer.set_out(list(_fates(cast, plan, taker)))
    asked = [str(value) for value in (plan.jobs, plan.events, plan.seconds, plan.seed)]
    said_by(["tests.chaos.world.seeding", *asked], cast.world)
    killer.wait(limit_s=plan.limit_s)
    return killer


def _fates(cast: Cast, plan: Plan, taker: Taker) -> Iterator[Fate]:
    victims: dict[str, Sequence[Victim]] = {
        "worker": cast.workers,
        "sleeper": [Sleeper(cast.workers, partial(_is_lingering, cast.engines))],
        "sender": cast.senders,
        "receiver": [cast.hearing],
        "database": [cast.engines.database],
        "broker": [cast.engines.broker],
        "store": [cast.engines.store],
    }
    turns: dict[str, tuple[Lock, ...]] = {kind: (Lock(),) for kind in victims}
    turns["sleeper"] = tuple(turns[kind][0] for kind in ("worker", "database", "store"))  # they must overtake it
    for kind, times in plan.kills.items():
        progress = partial(_sent, taker, plan) if kind == "sender" else partial(_heard_share, cast.engines, plan)
        down_s = (LEASE_S + 5.0, LEASE_S + 6.0) if kind == "sleeper" else (0.1, 1.0)
        yield Fate(kind, victims[kind], times, progress, down_s, turns[kind])


def _sent(taker: Taker, plan: Plan) -> float:
    return len(taker.taken) / plan.mails


def _heard_share(engines: Engines, plan: Plan) -> float:
    """Return how much of the world's work has been heard of: an event of its own, or of a job, each."""
    try:
        return len(_heard(engines)) / (plan.events + plan.jobs)
    except psycopg.OperationalError:
        return 0.0


def _is_lingering(engines: Engines, worker: Member) -> bool:
    question = "SELECT 1 FROM jobs_job WHERE state = 'running' AND kind = 'world.linger' AND worker LIKE %s"
    try:
        return bool(_rows(engines, "world", question, f"%/{worker.arguments[-1]}-%"))
    except psycopg.OperationalError:
        return False


def _open(engines: Engines) -> list[str]:
    """Return what is not at its end, one line for each kind of it."""
    try:
        return [
            f"{name}: {row}"
            for name, questions in _OPEN.items()
            for question in questions
            for row in _rows(engines, name, question)
        ]
    except psycopg.OperationalError as error:
        return [f"The database doesn't answer: {error}"]


def _rows(engines: Engines, database: str, question: LiteralString, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(engines.database_url(database), connect_timeout=5) as connection:
        return connection.execute(question, values).fetchall()


def _heard(engines: Engines) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in _rows(engines, "receiver", "SELECT event FROM world_heard"))
