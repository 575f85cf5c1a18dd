"""`duallane run --wrap` over scripts that nobody edited, with the real daemon. Needs `npm run build:node`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_real_daemon import end_daemon

import duallane

PACKAGE = str(Path(duallane.__file__).parents[1])


@pytest.fixture
def living(home: Path) -> Iterator[Path]:
    yield home
    end_daemon(home, signal.SIGKILL)


def wrapped(home: Path, script: str, *options: str, path: str = "") -> subprocess.Popen[str]:
    (home / "train.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{PACKAGE}" if path else PACKAGE}
    command = [sys.executable, "-m", "duallane.cli", "run", "--home", str(home), *options, "--wrap", "--"]
    return subprocess.Popen(
        [*command, sys.executable, str(home / "train.py")],
        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def rows(home: Path, question: str) -> list[dict[str, object]]:
    return duallane.sql(question, home=home).to_pylist()


SYNC = """
import gymnasium as gym, numpy as np
def thunk(i):
    def make():
        env = gym.make("CartPole-v1")
        return gym.wrappers.RecordEpisodeStatistics(env)
    return make
envs = gym.vector.SyncVectorEnv([thunk(i) for i in range(3)])
envs.reset(seed=1)
n = 0
for _ in range(50):
    *_, infos = envs.step(np.array([0, 1, 0]))
again = gym.make(envs.envs[0].spec)
print("steps", 50, again.render_mode, flush=True)
envs.close()
single = gym.make_vec("CartPole-v1", num_envs=2, vectorization_mode="sync")
single.reset(seed=1)
for _ in range(20):
    single.step(np.array([0, 1]))
single.close()
raise SystemExit(CODE)
"""


def test_a_script_of_cleanrls_shape_is_watched_and_neither_its_output_nor_its_code_changes(living: Path) -> None:
    script = SYNC.replace("CODE", "3")
    (living / "own").mkdir()
    (living / "own" / "sitecustomize.py").write_text("import os\nos.environ['THEIRS'] = 'kept'\n")
    child = wrapped(living, "import os\nassert os.environ['THEIRS'] == 'kept'\n" + script, path=str(living / "own"))
    out, err = child.communicate(timeout=90)
    assert (child.returncode, out) == (3, "steps 50 rgb_array\n"), err
    run = duallane.runs(living)[0]
    assert (run.name, run.status, run.outcome) == ("train", "TERM", "failed")
    assert run.config["command"][1].endswith("train.py")
    seen = rows(living, "SELECT env_slot, count(*) n FROM steps GROUP BY 1 ORDER BY 1")
    assert [row["env_slot"] for row in seen] == [0, 1, 2]
    logged = sum(int(str(row["n"])) for row in seen)
    booked = rows(living, "SELECT sum(steps) AS steps, count(*) FILTER (terminated) AS ends FROM episodes")[0]
    assert logged == booked["steps"]
    assert 190 - int(str(booked["ends"])) <= logged < 190, "a call that only resets is no step"
    assert {r["game_id"] for r in rows(living, "SELECT DISTINCT game_id FROM episodes")} == {"CartPole-v1"}


def test_a_script_that_raised_says_why_its_run_failed(living: Path) -> None:
    script = """
import gymnasium as gym
env = gym.make("CartPole-v1")
env.reset()
env.step(0)
raise ValueError("NaN in the loss")
"""
    child = wrapped(living, script, "--no-frames")
    child.communicate(timeout=90)
    run = duallane.runs(living)[0]
    assert (child.returncode, run.outcome, run.failure_reason) == (1, "failed", "ValueError: NaN in the loss")


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_subprocess_per_environment_is_a_worker_of_its_own(living: Path, way: str) -> None:
    script = f"""
import gymnasium as gym, numpy as np
def make(): return gym.make("CartPole-v1")
if __name__ == "__main__":
    eval_env = gym.make("CartPole-v1")
    eval_env.reset(seed=0); eval_env.step(0)  # the parent has joined the run before it forks
    envs = gym.vector.AsyncVectorEnv([make, make], context="{way}", autoreset_mode="SameStep")
    envs.reset(seed=1)
    for _ in range(30):
        envs.step(np.array([0, 1]))
    {"envs.close()" if way == "spawn" else "pass"}
"""
    child = wrapped(living, script, "--name", "async", "--agent-id", "ppo")
    _, err = child.communicate(timeout=90)
    assert child.returncode == 0, err
    seen = rows(living, "SELECT worker_id, agent_id, count(*) n FROM steps GROUP BY 1, 2 ORDER BY 3")
    assert [(row["agent_id"], row["n"]) for row in seen] == [("ppo", 1), ("ppo", 30), ("ppo", 30)], err
    run = duallane.runs(living)[0]
    assert (run.name, run.status, run.outcome) == ("async", "TERM", "succeeded")


def test_a_terminated_script_is_canceled_and_a_killed_subprocess_does_not_keep_the_run_open(living: Path) -> None:
    script = """
import gymnasium as gym, numpy as np, os, signal, sys, time
env = gym.make("CartPole-v1")
env.reset(seed=1); env.step(0)
if os.fork() == 0:
    env.reset(seed=2); env.step(0); time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
os.wait()
print("ready", flush=True)
time.sleep(60)
"""
    child = wrapped(living, script)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGTERM)
    _, err = child.communicate(timeout=90)
    assert child.returncode == 128 + signal.SIGTERM, err
    run = duallane.runs(living)[0]
    assert (run.status, run.outcome) == ("TERM", "canceled")
    assert rows(living, "SELECT count(DISTINCT worker_id) n FROM steps") == [{"n": 2}]


def test_a_command_without_environments_says_that_there_is_nothing_to_see(living: Path) -> None:
    child = wrapped(living, "print('hello')")
    out, err = child.communicate(timeout=90)
    assert (child.returncode, out) == (0, "hello\n")
    assert "nothing to see" in err
    assert duallane.runs(living)[0].outcome == "succeeded"


def test_a_script_that_logs_by_itself_is_not_logged_twice(living: Path) -> None:
    script = f"""
import gymnasium as gym, duallane
with duallane.Run("mine", home={str(living)!r}) as run:
    env = run.wrap(gym.make("CartPole-v1"))
    env.reset(seed=1)
    for _ in range(5): env.step(0)
"""
    child = wrapped(living, script)
    _, err = child.communicate(timeout=90)
    assert child.returncode == 0, err
    assert rows(living, "SELECT count(*) n FROM steps") == [{"n": 5}]


def test_without_a_daemon_the_script_is_not_started(home: Path, tmp_path: Path) -> None:
    (home / "file").write_text("")
    child = wrapped(home, "print('ran')", "--home", str(home / "file"))
    out, err = child.communicate(timeout=90)
    assert (child.returncode, out) == (1, "")
    assert err.startswith("duallane: ")


@pytest.mark.parametrize(("command", "says"), [("run --wrap", "usage: duallane run --wrap"), ("doctor", "every link")])
def test_help_for_a_command_says_how_it_is_used_and_does_nothing(command: str, says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "duallane.cli", *command.split(), "--help"],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert says in done.stdout


def test_a_wrap_without_a_command_is_wrong_usage(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "duallane.cli", "run", "--wrap"],
        env={**os.environ, "PYTHONPATH": PACKAGE}, check=False, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert "the command is missing: duallane run --wrap -- python train.py" in done.stderr
