"""What others' loggers cost for the same step, each where it is installed: `npm run bench -- peers` installs them.

Everything stays in the directory given: W&B runs offline, Trackio writes its own database there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Log = Callable[[int], object]
CALLS_MAX = 5_000


def _step(i: int) -> dict[str, float]:
    return {"reward": 1.0, "episode": i // 200, "action": 1}


@contextmanager
def _tensorboard(directory: Path) -> Iterator[Log]:
    from tensorboardX import SummaryWriter

    def three(i: int) -> None:
        for name, value in _step(i).items():
            writer.add_scalar(name, value, i)

    with SummaryWriter(str(directory)) as writer:
        yield three


@contextmanager
def _wandb(directory: Path) -> Iterator[Log]:
    for name in ("WANDB_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_DATA_DIR"):
        os.environ[name] = str(directory)
    os.environ["WANDB_ERROR_REPORTING"] = "false"
    import wandb

    settings = wandb.Settings(
        silent=True,
        console="off",
        x_disable_stats=True,
        disable_git=True,
        disable_code=True,
    )
    run = wandb.init(project="p1", mode="offline", settings=settings)
    yield lambda i: run.log(_step(i), step=i)
    run.finish()


@contextmanager
def _trackio(directory: Path) -> Iterator[Log]:
    os.environ.update(
        TRACKIO_DIR=str(directory),
        HF_HOME=str(directory),
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
    )
    import trackio

    trackio.init(project="p1", embed=False, auto_log_cpu=False, auto_log_gpu=False)
    yield lambda i: trackio.log(_step(i), step=i)
    trackio.finish()


PEERS = {
    "TensorBoard add_scalar x 3": _tensorboard,
    "W&B offline log": _wandb,
    "Trackio log": _trackio,
}


def measured(
    directory: Path, measure: Callable[[Log], dict[str, float]]
) -> dict[str, Any]:
    """By name, those that are installed."""
    found: dict[str, Any] = {}
    for number, (name, opened) in enumerate(PEERS.items()):
        own = directory / f"peer-{number}"
        own.mkdir()
        try:
            with opened(own) as log:
                found[name] = measure(log)
        except ImportError:
            continue
    return found
