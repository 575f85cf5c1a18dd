"""The example scripts do what they say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
from scripted_daemon import ScriptedDaemon

import duallane

EXAMPLES = Path(__file__).parents[2] / "examples"
STEPS, METRICS = 1, 3


def test_ppo_learns_cartpole_and_logs_its_losses_by_name(home: Path, daemon: ScriptedDaemon) -> None:
    spec = importlib.util.spec_from_file_location("ppo_cartpole", EXAMPLES / "ppo_cartpole.py")
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    with duallane.Run("ppo", home=home, frames_per_second=0) as run:
        returns = example.train(run, 24_576, environments=8, rollout=128, learning_rate=1e-3, seed=1)
    early, late = float(np.mean(returns[:100])), float(np.mean(returns[-30:]))
    assert early < 40
    assert late > 3 * early, (early, late)
    assert daemon.table(STEPS).num_rows == 24_576
    values = daemon.table(METRICS).to_pylist()
    named = {row["name"] for row in values}
    assert {"losses/policy_loss", "losses/value_loss", "losses/entropy", "losses/approx_kl"} <= named
    assert [row["step"] for row in values if row["name"] == "losses/entropy"] == list(range(1024, 24_577, 1024))
