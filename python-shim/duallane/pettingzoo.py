"""PettingZoo environments that log to a run: every agent under its own agent_id.

Guarantees
- A parallel environment's step gives one row per agent that acted. An AEC environment's row belongs to an agent's
  action, and holds all that it earned until its next turn, however many others moved in between.
- An agent's episode ends when it terminates or is truncated; who is left when reset() or close() comes is logged as
  Running, with {"abandoned": true}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pettingzoo.utils.wrappers import BaseParallelWrapper, BaseWrapper

from .errors import RunCanceled
from .gym import number
from .video import EnvCamera, Shown

if TYPE_CHECKING:
    from .run import Run


@dataclass
class _Part:
    """One agent's part in the episode that is going on."""

    steps: int = 0
    total: float = 0.0
    is_over: bool = False
    # AEC only: the action whose row waits for what it brings, and what that is so far.
    action: Any = None
    has_acted: bool = False
    earned: float = 0.0


class _Books:
    """The agents' rows of one environment."""

    def __init__(self, env: Any, run: Run, env_slot: int, mode: str | None, prefix: str) -> None:
        self.run = run
        self._env = env
        self.parts: dict[str, _Part] = {}
        self.episode = -1
        self._slot = env_slot
        self._mode = mode
        self._prefix = prefix
        self._seed: int | None = None
        metadata = getattr(env, "metadata", None) or {}
        self._game_id = str(metadata.get("name") or type(env.unwrapped).__name__)

    def name(self, agent: Any) -> str:
        return f"{self._prefix}{agent}"

    def part(self, agent: Any) -> _Part:
        return self.parts.setdefault(self.name(agent), _Part())

    def begin(self, seed: int | None) -> None:
        self.parts = {}
        self.episode = self.run.take_episode(self._slot, *self._agents())
        self._seed = seed

    def abandon(self) -> None:
        for name, part in self.parts.items():
            if not part.is_over and part.steps > 0:
                self._end(name, part, False, False, {"abandoned": True})

    def step(self, agent: Any, action: Any, observation: Any, reward: float, terminated: Any, truncated: Any) -> None:
        """One row, and the agent's episode when it ends with it."""
        name, part = self.name(agent), self.part(agent)
        if part.is_over:
            return
        self.run.log_step(
            reward,
            terminated,
            truncated,
            episode=self.episode,
            step=part.steps,
            agent_id=name,
            action=action,
            observation=observation,
            env_slot=self._slot,
            episode_seed=self._seed,
        )
        part.steps += 1
        part.total += reward
        if terminated or truncated:
            self._end(name, part, terminated, truncated, None)

    def end(self, agent: Any, terminated: Any, truncated: Any) -> None:
        """The episode of an agent that ended without acting."""
        part = self.part(agent)
        if not part.is_over:
            self._end(self.name(agent), part, terminated, truncated, None)

    def shown(self, agent: Any, reward: float) -> Shown:
        part = self.part(agent)
        return Shown(reward, part.total, self.episode, max(part.steps - 1, 0), self.name(agent), self._slot)

    def _agents(self) -> list[str]:
        env = self._env.unwrapped
        agents = getattr(env, "possible_agents", None) or getattr(env, "agents", None) or [""]
        return [self.name(agent) for agent in agents]

    def _end(self, name: str, part: _Part, terminated: Any, truncated: Any, metadata: dict[str, Any] | None) -> None:
        part.is_over = True
        self.run.log_episode(
            part.total,
            part.steps,
            terminated,
            truncated,
            episode=self.episode,
            agent_id=name,
            env_slot=self._slot,
            seed=self._seed,
            episode_seed=self._seed,
            mode=self._mode,
            game_id=self._game_id,
            metadata=metadata,
        )


def _camera(env: Any, run: Run, env_slot: int, frames: bool | None) -> EnvCamera | None:
    if getattr(env, "render_mode", None) != "rgb_array":
        return None
    is_shown = run.video.shows(env_slot) if frames is None else frames
    return EnvCamera(run, lambda: (env.render(),), env_slot) if is_shown else None


class _Logged:
    """What both kinds of environment share; stands before PettingZoo's own wrapper among the bases.

    agent_prefix: stands before every agent's name. env_slot, mode, observations, frames: as LoggedEnv's.
    """

    def __init__(
        self,
        env: Any,
        run: Run,
        *,
        agent_prefix: str = "",
        env_slot: int = 0,
        mode: str | None = "train",
        observations: bool = True,
        frames: bool | None = None,
    ) -> None:
        super().__init__(env)  # type: ignore[call-arg]
        self._books = _Books(env, run, env_slot, mode, agent_prefix)
        self._with_observations = observations
        self._camera = _camera(env, run, env_slot, frames)

    def _try(self, log_step: Callable[[], None]) -> None:
        """Logs a step; an answer that cannot be read is the environment's trouble and not the loop's."""
        try:
            log_step()
        except RunCanceled:
            raise
        except Exception as error:
            self._books.run.note_odd(f"a step of the agents could not be read ({error}); its rows were left out")


class LoggedParallelEnv(_Logged, BaseParallelWrapper):
    """A parallel environment whose agents log to a run.

    agent_prefix: stands before every agent's name. env_slot, mode, observations, frames: as LoggedEnv's. The numbers
    beside a frame are the first acting agent's.
    """

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Begins an episode for every agent."""
        self._books.abandon()
        answer = self.env.reset(seed=seed, options=options)
        self._books.begin(seed)
        return answer

    def step(self, actions: Any) -> Any:
        """One step of all agents, logged."""
        answer = self.env.step(actions)
        self._try(lambda: self._log(actions, *answer))
        return answer

    def close(self) -> None:
        """Closes the environment; the run stays open."""
        if self._books.run.outcome is None:
            self._books.abandon()
        super().close()

    def _log(self, actions: Any, observations: Any, rewards: Any, ends: Any, cuts: Any, _infos: Any) -> None:
        books = self._books
        for agent in rewards:
            seen = observations.get(agent) if self._with_observations else None
            reward, action = number(rewards[agent]), actions.get(agent)
            books.step(agent, action, seen, reward, ends.get(agent, False), cuts.get(agent, False))
        if self._camera is not None and rewards and self._camera.is_due():
            first = next(iter(rewards))
            self._camera.publish(books.shown(first, number(rewards[first])))


class LoggedAECEnv(_Logged, BaseWrapper):
    """An environment whose agents act in turns, and log to a run.

    Options as LoggedParallelEnv's. With observations, a row asks env.observe() once, for what its agent sees at its
    next turn or at its end. The numbers beside a frame are the agent's that has just acted.
    """

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Begins an episode for every agent."""
        self._abandon()
        super().reset(seed=seed, options=options)
        self._books.begin(seed)

    def step(self, action: Any) -> None:
        """The selected agent's action. A dead agent's last, empty one is no step."""
        agent = self.env.agent_selection
        was_dead = self.env.terminations.get(agent) or self.env.truncations.get(agent)
        super().step(action)
        if not was_dead:
            self._try(lambda: self._log(agent, action))

    def close(self) -> None:
        """Closes the environment; the run stays open."""
        if self._books.run.outcome is None:
            self._abandon()
        super().close()

    def _log(self, actor: Any, action: Any) -> None:
        env, books = self.env, self._books
        rewards = {agent: number(reward) for agent, reward in env.rewards.items()}
        for agent, reward in rewards.items():
            part = books.part(agent)
            if agent == actor:
                part.action, part.has_acted = action, True
            part.earned += reward
        for agent in rewards:
            is_over = env.terminations.get(agent, False) or env.truncations.get(agent, False)
            if is_over or agent == env.agent_selection:
                self._settle(agent, is_over)
        if self._camera is not None and self._camera.is_due():
            self._camera.publish(books.shown(actor, rewards.get(actor, 0.0)))

    def _settle(self, agent: Any, is_over: bool) -> None:
        """The row of an agent's last action, now that all it brings is known."""
        env, books = self.env, self._books
        part = books.part(agent)
        terminated, truncated = env.terminations.get(agent, False), env.truncations.get(agent, False)
        if part.has_acted:
            seen = env.observe(agent) if self._with_observations else None
            action, earned = part.action, part.earned
            part.action, part.has_acted, part.earned = None, False, 0.0
            books.step(agent, action, seen, earned, terminated, truncated)
        elif is_over:
            part.total += part.earned
            part.earned = 0.0
            books.end(agent, terminated, truncated)

    def _abandon(self) -> None:
        for agent in list(getattr(self.env.unwrapped, "agents", None) or []):
            part = self._books.parts.get(self._books.name(agent))
            if part is not None and part.has_acted and not part.is_over:
                self._settle(agent, False)
        self._books.abandon()
