"""Who dies when? A thread per kind of victim, each with its own random numbers of the printed seed.

They strike by how much of the work is done, not by the clock: so they hit its middle however fast the machine is.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

LAST = 0.8  # of the work: the rest shows that everything comes to its end
PATIENCE_S = 60.0


class Victim(Protocol):
    """What can be killed with -9 and started again on what it kept."""

    def kill(self) -> None: ...

    def start(self) -> None: ...


@dataclass(frozen=True)
class Fate:
    """How often one of ``victims`` dies while ``progress`` goes from 0 to 1, and how long it is dead.

    Those that share one of ``turns`` are not dead at the same time.
    """

    kind: str
    victims: Sequence[Victim]
    times: int
    progress: Callable[[], float]
    down_s: tuple[float, float] = (0.1, 1.0)
    turns: Sequence[threading.Lock] = ()


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
            for number in range(fate.times):
                if not self._waited_for(fate, LAST * (number + random.uniform(0.1, 0.6)) / fate.times):
                    return
                with ExitStack() as stack:
                    for turn in fate.turns:
                        stack.enter_context(turn)
                    self._strike(fate, random)
        except Exception as error:  # noqa: BLE001 - a thread can't tell anybody else
            self._errors.append(error)
            self._gave_up.set()

    def _strike(self, fate: Fate, random: Random) -> None:
        victim = random.choice(fate.victims)
        victim.kill()
        self.kills[fate.kind] += 1
        self.diary.append(f"{time.monotonic() - self._started:6.1f} s {fate.kind}")
        self._gave_up.wait(random.uniform(*fate.down_s))
        victim.start()

    def _waited_for(self, fate: Fate, share: float) -> bool:
        """Return when that much is done, or nothing was for long; False if all is given up."""
        deadline = time.monotonic() + PATIENCE_S
        while fate.progress() < share and time.monotonic() < deadline:
            if self._gave_up.wait(0.1):
                return False
        return True
