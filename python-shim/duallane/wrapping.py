"""Which wrapper logs which kind of environment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .errors import DuallaneError

if TYPE_CHECKING:
    from .run import Run


def wrapped(run: Run, env: Any, options: dict[str, Any]) -> Any:
    """The environment in the wrapper that fits it. Raises DuallaneError('wrap-unsupported') when none does."""
    if "gymnasium" in sys.modules:
        import gymnasium

        if "duallane.auto_wrapped_env" in sys.modules:
            env = _by_hand(env)
        if isinstance(env, gymnasium.vector.VectorEnv):
            from .gym_vector import LoggedVectorEnv

            return LoggedVectorEnv(env, run, **options)
        if isinstance(env, gymnasium.Env):
            from .gym import LoggedEnv

            return LoggedEnv(env, run, **options)
    if "pettingzoo" in sys.modules:
        import pettingzoo

        if isinstance(env, pettingzoo.ParallelEnv):
            from .pettingzoo import LoggedParallelEnv

            return LoggedParallelEnv(env, run, **options)
        if isinstance(env, pettingzoo.AECEnv):
            from .pettingzoo import LoggedAECEnv

            return LoggedAECEnv(env, run, **options)
    raise DuallaneError(
        "wrap-unsupported",
        "run.wrap takes an environment of Gymnasium (single or vector) or of PettingZoo (parallel or AEC), not a "
        f"{type(env).__name__}. Call run.log_step(...) in the loop instead.",
    )


def _by_hand(env: Any) -> Any:
    """Under `duallane run --wrap`, a script that wraps by itself logs by itself, and only once."""
    from .auto_wrapped_env import SelfLoggingEnv, SelfLoggingVectorEnv

    return env.bare if isinstance(env, SelfLoggingEnv | SelfLoggingVectorEnv) else env
