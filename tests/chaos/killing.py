"""Who dies when? A thread per kind of victim, each with its own random numbers of the printed seed."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol


class Victim(Protocol):
    """What can be killed with -9 and started again on what it kept."""

    def kill(self) -> None: ...

    def start(self) -> None: ...


@dataclass(frozen=True)
class Fate:
    """How often one of ``victims`` dies, and how long between two deaths and until its next life."""

    kind: str
    victims: Sequence[Victim]
    times: int
    pause_s: tuple[float, float]
    down_s: tuple[float, float] = (0.1, 1.0)


@dataclass
class Killer:
    """Lets fates take their course beside each other; ``wait`` returns when all victims live again."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    diary: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._started = time.monotonic()
        self._errors: list[Exception] = []
        self._gave_up = threading.Event()

    def set_out(self, fates: list[Fate]) -> None:
        for fate in fates:
            thread = threading.Thread(target=self._run, args=(fate,), name=f"killer-{fate.kind}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def wait(self, *, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), f"{thread.name} did not come to an end: {self.diary[-5:]}"
        if self._errors:
            raise self._errors[0]

    def _run(self, fate: Fate) -> None:
        random = Random(f"{self.seed} {fate.kind}")  # noqa: S311 - repeats a run, guards no secret
        try:
            for _ in range(fate.times):
                if self._gave_up.wait(random.uniform(*fate.pause_s)):
                    return
                victim = random.choice(fate.victims)
                victim.kill()
                self.kills[fate.kind] += 1
                self.diary.append(f"{time.monotonic() - self._started:6.1f} s {fate.kind}")
                self._gave_up.wait(random.uniform(*fate.down_s))
                victim.start()
        except Exception as error:  # noqa: BLE001 - a thread can't tell anybody else
            self._errors.append(error)
            self._gave_up.set()
