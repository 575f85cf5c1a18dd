"""The examples do what they say: each notebook and script runs against a real daemon (`npm run build:node` first)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_under_test import PYTHON_SHIM, is_alive, until
from nbclient import NotebookClient

import duallane
from duallane._contract.contract import VIEW_MIME
from duallane.home import read_daemon

EXAMPLES = PYTHON_SHIM.parent / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home directory of its own, and what a user's environment has: the package and the `duallane` command."""
    with pytest.MonkeyPatch.context() as environment, tempfile.TemporaryDirectory(prefix="dl-") as directory:
        place = Path(directory)
        command = place / "bin/duallane"
        command.parent.mkdir()
        command.write_text(f"#!{sys.executable}\nfrom duallane.cli import main\nmain()\n")
        command.chmod(0o755)
        environment.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
        environment.setenv("PYTHONPATH", str(PYTHON_SHIM))
        environment.setenv("DUALLANE_HOME", str(place / "home"))
        environment.setenv("SDL_VIDEODRIVER", "dummy")
        environment.setenv("IPYTHONDIR", str(place / "ipython"))
        yield place / "home"
        daemon = read_daemon(place / "home")
        if daemon is not None and is_alive(daemon.pid):
            os.kill(daemon.pid, signal.SIGTERM)
            until(lambda: not is_alive(daemon.pid), "the daemon's end")


def executed(name: str, replacing: tuple[str, str] = ("", "")) -> list[nbformat.NotebookNode]:
    """The code cells after a run, in a copy of the examples' folder. replacing: one change to the source, for speed."""
    with tempfile.TemporaryDirectory(prefix="dl-") as folder:
        shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
        text = (EXAMPLES / name).read_text()
        assert replacing[0] in text
        notebook = nbformat.reads(text.replace(*replacing) if replacing[0] else text, 4)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def views_in(cells: list[nbformat.NotebookNode]) -> list[str]:
    outputs = [output for cell in cells for output in cell.outputs if "data" in output]
    return [output.data[VIEW_MIME]["view"] for output in outputs if VIEW_MIME in output.data]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_an_example_is_kept_without_outputs_and_widget_state(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_the_first_example_trains_and_every_step_is_there_afterwards(home: Path) -> None:
    cells = executed("01-watch-a-run.ipynb", ("SECONDS = 20", "SECONDS = 2"))
    assert views_in(cells) == ["live-telemetry", "fast-lane", "sql-cell"]
    [run] = [run for run in duallane.runs(home) if run.name == "cartpole"]
    assert (run.status, run.outcome) == ("TERM", "succeeded")
    [[steps]] = duallane.sql(f"SELECT count(*) FROM steps WHERE run_id = '{run.run_id}'", home=home).to_pandas().values
    [[summed]] = (
        duallane.sql(f"SELECT sum(steps) FROM episodes WHERE run_id = '{run.run_id}'", home=home).to_pandas().values
    )
    assert steps == run.steps == summed > 1000


def test_the_second_example_runs_a_worker_that_knows_nothing_of_us(home: Path) -> None:
    cells = executed("02-any-worker.ipynb")
    assert views_in(cells) == ["live-telemetry", "fast-lane"]
    [run] = [run for run in duallane.runs(home) if run.name == "gridworld"]
    assert (run.outcome, run.episodes, run.rejected) == ("succeeded", 400, 0)


def test_the_third_example_asks_both_ways(home: Path) -> None:
    cells = executed("03-ask-in-sql.ipynb")
    assert views_in(cells) == ["sql-cell", "sql-cell"]
    assert "mean_return" in cells[-1].outputs[0].data["text/plain"]


def test_the_fourth_example_asks_what_it_has_trained_and_its_names_go_on_in_python(home: Path) -> None:
    cells = executed("04-ask-your-history.ipynb", ("episodes=60", "episodes=12"))
    assert views_in(cells) == ["sql-cell"] * 4
    said = ["".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs) for cell in cells[-3:]]
    assert said[0].count("search-") == 10, "the ten worst, by the name that the page's question has"
    assert "search/best_return" in said[1]
    assert "episode_index  total_reward" in said[2]
    asked = "SELECT count(*) AS n FROM config WHERE key = 'optimizer.lr'"
    assert duallane.sql(asked, home=home).to_pylist() == [{"n": 3}]
    searches = "SELECT run_id, total_reward FROM episodes JOIN runs r USING (run_id) WHERE r.name LIKE 'search-%'"
    ways = f"SELECT sum(total_reward) FROM ({searches}) GROUP BY run_id"
    distinct = duallane.sql(f"SELECT count(*) AS n FROM (SELECT DISTINCT * FROM ({ways}))", home=home)
    assert distinct.to_pylist() == [{"n": 3}], "the setting makes a difference"


def test_the_fifth_example_compares_real_runs_over_seeds(home: Path) -> None:
    cells = executed("05-compare-seeds.ipynb", ("SEEDS, EPISODES = 5, 300", "SEEDS, EPISODES = 3, 40"))
    assert views_in(cells) == ["run-compare", "run-compare", "live-telemetry"]
    table = next(output.data["text/plain"] for cell in cells for output in cell.outputs if "verdict" in str(output))
    assert all(algorithm in table for algorithm in ("sarsa", "expected-sarsa", "q-learning"))
    runs = [run for run in duallane.runs(home) if run.config.get("algo") == "sarsa"]
    assert sorted(run.config["seed"] for run in runs) == [0, 1, 2]
    assert {run.episodes for run in runs} == {40}


def test_the_sixth_example_records_its_failures_and_shows_their_frames(home: Path) -> None:
    cells = executed("06-why-did-it-fail.ipynb", ("SECONDS = 20", "SECONDS = 4"))
    assert views_in(cells) == ["live-telemetry", "sql-cell", "episode-player", "episode-player"]
    [run] = [run for run in duallane.runs(home) if run.name == "cartpole-failures"]
    found = duallane.recordings(run.run_id, home=home)
    whole = [one for one in found if "every" in one.reasons]
    assert {one.episode % 20 for one in whole} == {0}
    assert {"best", "worst"} <= {reason for one in found for reason in one.reasons}
    assert sum(one.bytes for one in found) <= 64_000_000
    _, frame = next(whole[0].read())
    assert frame.shape == (400, 600, 3)
    assert "terminated': True" in cells[-1].outputs[-1].data["text/plain"]


def test_the_training_script_logs_exactly_the_steps_it_makes_of_both_agents(home: Path) -> None:
    script = [sys.executable, str(EXAMPLES / "train_cartpole.py"), "--name", "two", "--agents", "2", "--steps", "5000"]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    assert "5000 steps logged" in done.stdout
    [run] = [run for run in duallane.runs(home) if run.name == "two"]
    asked = (
        f"SELECT agent_id, count(*) AS n FROM steps WHERE run_id = '{run.run_id}' GROUP BY agent_id ORDER BY agent_id"
    )
    assert duallane.sql(asked, home=home).to_pylist() == [
        {"agent_id": "agent_0", "n": 2500},
        {"agent_id": "agent_1", "n": 2500},
    ]
