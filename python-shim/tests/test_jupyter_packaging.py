"""What a wheel carries and where Jupyter finds it; a tree that is not built makes no wheel, but an editable install."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1]
SHARED = "duallane-0.1.0.data/data/"
BUILT = {
    "duallane/labextension/package.json": "{}",
    "duallane/labextension/install.json": "{}",
    "duallane/labextension/static/remoteEntry.0123.js": "//",
    "duallane/labextension/static/engine.wasm": "wasm",
    "duallane/node/duallane.js": "//",
    "duallane/node/bridge.js": "//",
    "duallane/node/parquet_wasm_bg.wasm": "wasm",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The package's sources as a clone has them: nothing built, what is built ignored by git."""
    ignored = shutil.ignore_patterns("node", "labextension", "tests", "__pycache__", "dist")
    tree = tmp_path / "python-shim"
    shutil.copytree(SOURCE, tree, ignore=ignored)
    (tmp_path / ".git").mkdir()
    shutil.copy(SOURCE.parent / ".gitignore", tmp_path)
    return tree


def build(tree: Path, version: str = "standard") -> subprocess.CompletedProcess[str]:
    program = "import sys; from hatchling.builders.wheel import WheelBuilder as W; "
    program += f"print(*W('.').build(directory='out', versions=['{version}']))"
    return subprocess.run([sys.executable, "-c", program], cwd=tree, capture_output=True, text=True, check=False)


def names_in(tree: Path) -> list[str]:
    [wheel] = (tree / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return opened.namelist()


def test_an_unbuilt_tree_makes_no_wheel_and_says_what_to_run(tree: Path) -> None:
    done = build(tree)
    assert done.returncode != 0
    assert "Run `npm run build` first." in done.stderr
    assert not list(tree.glob("out/*.whl"))


def test_a_wheel_carries_everything_once_where_jupyter_looks_for_it(tree: Path) -> None:
    for name, text in BUILT.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    done = build(tree)
    assert done.returncode == 0, done.stderr
    names = names_in(tree)
    assert len(names) == len(set(names))
    page = sorted(name for name in names if "remoteEntry" in name or "engine.wasm" in name)
    assert page == [
        f"{SHARED}share/jupyter/labextensions/@duallane/lab/static/engine.wasm",
        f"{SHARED}share/jupyter/labextensions/@duallane/lab/static/remoteEntry.0123.js",
    ]
    assert f"{SHARED}share/jupyter/labextensions/@duallane/lab/package.json" in names
    assert f"{SHARED}etc/jupyter/jupyter_server_config.d/duallane.json" in names
    assert {"duallane/node/duallane.js", "duallane/node/bridge.js", "duallane/node/parquet_wasm_bg.wasm"} <= set(names)
    assert not [name for name in names if "tests/" in name or "hatch_build" in name]


def test_an_unbuilt_tree_can_be_installed_editable_with_its_server_extension(tree: Path) -> None:
    done = build(tree, "editable")
    assert done.returncode == 0, done.stderr
    names = names_in(tree)
    assert f"{SHARED}etc/jupyter/jupyter_server_config.d/duallane.json" in names
    assert not [name for name in names if "labextensions" in name]


def test_the_server_extension_that_is_enabled_can_be_imported() -> None:
    config = json.loads((SOURCE / "jupyter-config/jupyter_server_config.d/duallane.json").read_text())
    [module] = config["ServerApp"]["jpserver_extensions"]
    program = f"import {module} as m; [p] = m._jupyter_server_extension_points(); print(p['module'], p['app'].name)"
    done = subprocess.run([sys.executable, "-c", program], cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [module, "duallane"], done.stderr
