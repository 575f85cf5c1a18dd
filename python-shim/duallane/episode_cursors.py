"""Which episode and step come next, for each agent and slot of one run in this process; and the episodes that a loop
ends with its steps and tells nobody.

Guarantees
- A number that was taken is not given out again, whoever asks: a loop that counts by itself, a wrapper, or a second
  wrapper of the same agent and slot.
- An episode that counted steps have ended is told with what they summed up to, once the next step, flush() or the end
  shows that the loop does not tell it; the first one waits until the third begins, for a loop may tell its episodes
  only after its next step. From the first episode on that a loop tells itself, its episodes are its own.
- Nothing raises for an agent, slot or index that is none; such rows count from 0.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from time import time_ns
from typing import Any, NamedTuple

from .captures import number


class EndedEpisode(NamedTuple):
    """What an episode's steps say of it."""

    agent_id: Any
    env_slot: Any
    episode: int
    total_reward: float
    steps: int
    terminated: bool
    truncated: bool
    ts_ns: Any


class Cursor:
    """One agent's place in one slot. episode: the one going on, of a loop that leaves the counting to the run. ended:
    the one that its steps ended last, until the loop tells it. waiting: those that are to be told for the loop. told:
    the last one that the loop told. told_for: the last one told for it. is_telling: the loop tells its own."""

    __slots__ = ("ended", "episode", "is_telling", "next", "step", "told", "told_for", "total", "waiting")

    def __init__(self) -> None:
        self.next = 0
        self.episode: int | None = None
        self.step = 0
        self.total = 0.0
        self.ended: int | None = None
        self.waiting: list[EndedEpisode] = []
        self.told: int | None = None
        self.told_for: int | None = None
        self.is_telling = False


class EpisodeCursors:
    """Of one run. agent: whose rows those are that name none. tell: takes the episodes that the loop does not tell."""

    def __init__(self, agent: str, tell: Callable[[EndedEpisode], None]) -> None:
        self._agent = agent
        self._tell = tell
        self._cursors: dict[tuple[Any, Any], Cursor] = {}
        self._taking = threading.Lock()

    def take(self, agent_ids: Iterable[Any], env_slot: Any) -> int:
        """The next episode of the slot that is free for all of these agents; it is theirs now."""
        cursors = [self._of(agent_id, env_slot) for agent_id in agent_ids]
        with self._taking:
            episode = max([cursor.next for cursor in cursors], default=0)
            for cursor in cursors:
                cursor.next = episode + 1
        return episode

    def step(
        self,
        agent_id: Any,
        env_slot: Any,
        episode: Any,
        step: Any,
        reward: Any,
        terminated: Any,
        truncated: Any,
        ts_ns: Any = None,
    ) -> tuple[Any, Any]:
        """(episode, step) of a row that leaves one of them, or both, to be counted."""
        try:
            cursor = self._cursors.get((agent_id, env_slot)) or self._of(agent_id, env_slot)
            is_over = bool(terminated or truncated)
            if episode is None:
                if cursor.episode is None:
                    self._begin(cursor, self.take((agent_id,), env_slot))
            elif int(episode) != cursor.episode:
                self._begin(cursor, int(episode))
            at = cursor.step if step is None else int(step)
        except (TypeError, ValueError, OverflowError):  # no index: the row is kept, and the recorder notes it
            return (0 if episode is None else episode, 0 if step is None else step)
        place = (cursor.episode, at)
        cursor.total += reward if type(reward) is float else _amount(reward)
        cursor.step = at + 1
        if is_over:
            ended = cursor.ended = cursor.episode
            cursor.episode = None
            if not cursor.is_telling and cursor.told != ended:
                ends = (bool(terminated), bool(truncated), time_ns() if ts_ns is None else ts_ns)
                with self._taking:
                    cursor.waiting.append(EndedEpisode(agent_id, env_slot, ended, cursor.total, at + 1, *ends))
        return place

    def told(self, agent_id: Any, env_slot: Any, episode: Any) -> Any:
        """The number of an episode that the loop tells; `episode` None: that of the one its steps ended."""
        cursor = self._of(agent_id, env_slot)
        try:
            cursor.told = self._next_told(cursor, agent_id, env_slot) if episode is None else int(episode)
        except (TypeError, ValueError, OverflowError):
            return episode
        known = (cursor.ended, cursor.told_for, *(waiting.episode for waiting in cursor.waiting))
        if episode is None or cursor.told in known:  # else a wrapper's, which counts apart
            self._tell_waiting(cursor, before=cursor.told)
            cursor.is_telling = True
        if cursor.told == cursor.ended:
            cursor.ended = None
        return cursor.told

    def _next_told(self, cursor: Cursor, agent_id: Any, env_slot: Any) -> int:
        if cursor.ended is not None:
            episode = cursor.ended
        elif cursor.episode is not None and cursor.step > 0:  # its steps were logged, and none of them ended it
            episode, cursor.episode = cursor.episode, None
        else:
            episode = self.take((agent_id,), env_slot)
        return episode

    def tell_waiting(self) -> None:
        """Tells what the loop has not told."""
        for cursor in list(self._cursors.values()):
            self._tell_waiting(cursor)

    def _tell_waiting(self, cursor: Cursor, before: float = math.inf) -> None:
        """Tells those before that number, and lets go of the others, which the loop tells."""
        with self._taking:
            waiting, cursor.waiting = cursor.waiting, []
        for ended in waiting:
            if ended.episode < before:
                cursor.told_for = ended.episode
                self._tell(ended)

    def _begin(self, cursor: Cursor, episode: int) -> None:
        if len(cursor.waiting) > 1 or (cursor.waiting and cursor.told_for is not None):
            self._tell_waiting(cursor)
        if not cursor.is_telling and not cursor.waiting:
            cursor.ended = None
        cursor.episode, cursor.step, cursor.total = episode, 0, 0.0
        with self._taking:
            cursor.next = max(cursor.next, episode + 1)

    def _of(self, agent_id: Any, env_slot: Any) -> Cursor:
        try:
            known = self._cursors.get((agent_id, env_slot))
            if known is not None:
                return known
            with self._taking:
                cursor = self._cursors.setdefault((self._agent if agent_id is None else agent_id, env_slot), Cursor())
                self._cursors[agent_id, env_slot] = cursor
                return cursor
        except TypeError:  # no key
            return Cursor()


def _amount(reward: Any) -> float:
    try:
        return 0.0 if reward is None else number(reward)
    except Exception:  # a foreign object's own failure: the recorder notes it with the row
        return math.nan
