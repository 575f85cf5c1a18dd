"""Which episode and step come next, for each agent and slot of one run in this process.

Guarantees
- A number that was taken is not given out again, whoever asks: a loop that counts by itself, a wrapper, or a second
  wrapper of the same agent and slot.
- Nothing raises for an agent, slot or index that is none; such rows count from 0.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any


class Cursor:
    """One agent's place in one slot. episode: the one going on, of a loop that leaves the counting to the run. ended:
    the one that its last step ended, until it is told."""

    __slots__ = ("ended", "episode", "next", "step")

    def __init__(self) -> None:
        self.next = 0
        self.episode: int | None = None
        self.step = 0
        self.ended: int | None = None


class EpisodeCursors:
    """Of one run. agent: whose rows those are that name none."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._cursors: dict[tuple[Any, Any], Cursor] = {}
        self._taking = threading.Lock()

    def take(self, agent_ids: Iterable[Any], env_slot: Any) -> int:
        """The next episode of the slot that is free for all of these agents; it is theirs now."""
        cursors = [self._of(agent_id, env_slot) for agent_id in agent_ids]
        with self._taking:
            episode = max((cursor.next for cursor in cursors), default=0)
            for cursor in cursors:
                cursor.next = episode + 1
        return episode

    def step(
        self, agent_id: Any, env_slot: Any, episode: Any, step: Any, terminated: Any, truncated: Any
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
        if is_over:
            cursor.ended, cursor.episode = cursor.episode, None
        else:
            cursor.step = at + 1
        return place

    def told(self, agent_id: Any, env_slot: Any) -> int:
        """The episode that is told without its number."""
        cursor = self._of(agent_id, env_slot)
        if cursor.episode is not None and cursor.step > 0:  # its steps were logged, and none of them ended it
            episode, cursor.episode = cursor.episode, None
        elif cursor.ended is not None:
            episode = cursor.ended
        else:
            episode = self.take((agent_id,), env_slot)
        cursor.ended = None
        return episode

    def _begin(self, cursor: Cursor, episode: int) -> None:
        cursor.episode, cursor.step, cursor.ended = episode, 0, None
        with self._taking:
            cursor.next = max(cursor.next, episode + 1)

    def _of(self, agent_id: Any, env_slot: Any) -> Cursor:
        try:
            with self._taking:
                cursor = self._cursors.setdefault((self._agent if agent_id is None else agent_id, env_slot), Cursor())
                self._cursors[agent_id, env_slot] = cursor
                return cursor
        except TypeError:  # no key
            return Cursor()
