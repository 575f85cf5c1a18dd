"""What `duallane doctor` says about Jupyter's side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duallane import cli, doctor
from duallane.doctor import Finding


@pytest.fixture
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jupyter's search paths, only one directory: nothing installed in it."""
    monkeypatch.setattr("jupyter_core.paths.jupyter_config_path", lambda: [str(tmp_path)])
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path.joinpath(*parts))])
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: iter(()))
    monkeypatch.setattr(doctor, "_bundle", lambda arguments: [Finding("daemon", "ok", "It lives.")])
    return tmp_path


def test_an_installation_that_is_whole_is_found_so(jupyter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enabled = Path(__file__).parents[1] / "jupyter-config/jupyter_server_config.d/duallane.json"
    (jupyter / "jupyter_server_config.d").mkdir()
    (jupyter / "jupyter_server_config.d/duallane.json").write_text(enabled.read_text())
    package = jupyter / "labextensions/@duallane/lab/package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "1.2.3"}')
    assert doctor.main(["--json"]) == 0
    found = {finding["link"]: finding["state"] for finding in json.loads(capsys.readouterr().out)}
    assert found == {"server extension": "ok", "labextension": "ok", "jupyter server": "note", "daemon": "ok"}


def test_what_is_missing_is_named_with_its_remedy(jupyter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main([]) == 1
    said = capsys.readouterr().out
    assert "Enable it: jupyter server extension enable duallane.jupyter" in said
    assert "JupyterLab does not find @duallane/lab. Install it again" in said
    assert "ok      daemon            It lives." in said


def test_an_extension_that_was_disabled_by_the_user_counts_as_disabled(jupyter: Path) -> None:
    (jupyter / "jupyter_server_config.json").write_text(
        '{"ServerApp": {"jpserver_extensions": {"duallane.jupyter": false}}}'
    )
    assert doctor._server_extension().state == "broken"


def test_a_jupyter_server_without_a_bridge_is_broken(jupyter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = {"url": "http://127.0.0.1:9/user/ann/", "token": "t"}
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: iter([server]))
    [finding] = doctor._running_servers()
    assert (finding.state, "http://127.0.0.1:9/user/ann/: no bridge answers" in finding.says) == ("broken", True)


def test_the_command_goes_to_the_doctor_and_exits_with_its_code(jupyter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["duallane", "doctor"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
