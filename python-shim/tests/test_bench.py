"""`duallane bench` on a user's machine: runs, says what it measured, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from duallane.bench import main
from duallane.bench.figures import Found, table


def test_each_bench_measures_beside_its_peer_and_leaves_neither_home_nor_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["--small", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for name, ours, peers in (
        ("P1", ("log_step", "median ns"), ("JSON line", "median ns")),
        ("P2", ("256 rows a batch", "rows/s"), ("256 rows a batch", "raw append rows/s")),
        ("P4", ("84x84", "publish us"), ("84x84", "memcpy us")),
    ):
        rows = found[name]["rows"]
        assert all(rows[case][column] > 0 for case, column in (ours, peers)), name
    assert not list(tmp_path.iterdir())


def test_a_bench_that_is_not_there_is_wrong_usage_and_names_those_that_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "duallane.cli", "bench", "p9"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "there is no bench p9; there are p1, p2, p4" in done.stderr


def test_a_table_has_a_line_for_each_case_and_its_numbers_below_their_columns() -> None:
    found = Found("cost", "little", {"ours": {"median ns": 471.3, "times": 7.14}, "theirs": {"median ns": 3345.0}})
    assert table("P1", found).splitlines() == [
        "P1 cost",
        "   to reach: little",
        "           median ns  times",
        "   ours          471   7.14",
        "   theirs      3,345",
    ]
