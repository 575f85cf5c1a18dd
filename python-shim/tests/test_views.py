"""What the views leave in a notebook, against the schema in proto/, and what they refuse."""

from __future__ import annotations

import html
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import grpc
import jsonschema
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from scripted_daemon import ScriptedDaemon

from duallane import views
from duallane._contract import duallane_pb2 as pb
from duallane._contract.contract import VERSION, VIEW_MIME
from duallane.comparison import RunCompare
from duallane.errors import DuallaneError
from duallane.view_output import mime_bundle, view_output

SCHEMA = json.loads((Path(__file__).parents[2] / "proto/view-output.schema.json").read_text())
KINDS = SCHEMA["properties"]["view"]["enum"]
VIEWS = {
    "live-telemetry": views.LiveTelemetry,
    "fast-lane": views.FastLane,
    "sql-cell": views.SqlCell,
    "run-compare": RunCompare,
    "episode-player": views.EpisodePlayer,
}


class DaemonWithRuns(ScriptedDaemon):
    """Knows two runs called "cartpole", and one whose id is the other's name."""

    def DescribeRuns(self, request: pb.DescribeRunsRequest, context: grpc.ServicerContext) -> pb.DescribeRunsResponse:
        listed = [("run-a", "cartpole", 200), ("run-b", "cartpole", 300), ("run-c", "run-a", 400)]
        return pb.DescribeRunsResponse(
            runs=[
                pb.RunDescription(run_id=run_id, name=name, created_at=Timestamp(seconds=seconds))
                for run_id, name, seconds in listed
            ]
        )


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[DaemonWithRuns]:
    with tempfile.TemporaryDirectory(prefix="dl-") as home:
        monkeypatch.setenv("DUALLANE_HOME", home)
        daemon = DaemonWithRuns(Path(home))
        yield daemon
        daemon.kill()


@pytest.mark.parametrize(
    ("text", "run_id", "title"),
    [
        ("cartpole", "run-b", "cartpole"),  # the newest of that name
        ("run-a", "run-a", "cartpole"),  # an id wins over a name
        ("yet-to-come", "yet-to-come", None),
    ],
)
def test_a_text_is_an_id_then_the_newest_run_of_that_name_then_a_run_to_come(
    daemon: DaemonWithRuns, text: str, run_id: str, title: str | None
) -> None:
    output = views.live(text)._repr_mimebundle_()[VIEW_MIME]
    assert (output["runs"], output.get("title")) == ([run_id], title)


def test_a_text_without_a_reachable_daemon_says_so(monkeypatch: pytest.MonkeyPatch, daemon: DaemonWithRuns) -> None:
    monkeypatch.setenv("DUALLANE_NODE", "/nowhere/node")
    daemon.kill()
    with pytest.raises(DuallaneError, match="/nowhere/node"):
        views.fastlane("cartpole")


class FakeRun:
    run_id = "run-1"
    name = "cart <pole>"


def test_a_player_names_the_episodes_it_is_to_show_and_refuses_more_than_it_can() -> None:
    beside = views.player(FakeRun(), episode=[3, 40], align="return")
    assert beside.settings == {
        "align": "return",
        "episodes": [{"run": "run-1", "episode": 3}, {"run": "run-1", "episode": 40}],
    }
    assert "episodes" not in views.player(FakeRun()).settings
    assert views.player([FakeRun(), FakeRun()], episode=0).runs == ["run-1", "run-1"]
    for wrong in (-1, list(range(7))):
        with pytest.raises(DuallaneError, match="at most 6 episodes"):
            views.player(FakeRun(), episode=wrong)


def test_every_view_of_the_contract_has_its_class() -> None:
    assert sorted(VIEWS) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_output_is_valid_by_the_contract_and_json_to_the_last_value(kind: str) -> None:
    view = VIEWS[kind](["run-1"], {"every": 4, "nested": {"list": [1, None, "ü"]}}, "a title")
    bundle = view._repr_mimebundle_()
    output = json.loads(json.dumps(bundle[VIEW_MIME], allow_nan=False))
    jsonschema.validate(output, SCHEMA)
    assert (output["view"], output["runs"], output["settings"]["every"]) == (kind, ["run-1"], 4)
    assert output["model_id"] == view.model_id
    assert set(bundle) == {VIEW_MIME, "text/html", "text/plain"}


@pytest.mark.parametrize(
    ("make", "name"),
    [(views.live, "LiveTelemetry"), (views.fastlane, "FastLane")],
)
def test_a_view_names_the_module_and_model_that_the_page_registers(make, name: str) -> None:
    state = make(FakeRun(), every=2).get_state()
    assert state["_model_module"] == state["_view_module"] == "@duallane/lab"
    assert state["_model_module_version"] == state["_view_module_version"] == f"^{VERSION}"
    assert (state["_model_name"], state["_view_name"]) == (f"{name}Model", f"{name}View")
    assert (state["runs"], state["settings"]) == (["run-1"], {"every": 2})
    assert state["_view_kind"] in KINDS


def test_a_fast_lane_of_several_runs_names_each_once() -> None:
    other = FakeRun()
    other.run_id = "run-2"
    view = views.fastlane([FakeRun(), other, FakeRun()], hud=False)
    assert (view.runs, view.settings) == (["run-1", "run-2"], {"hud": False})
    assert view._repr_mimebundle_()["text/plain"] == "<Duallane: Frames of run-1, run-2>"


def test_a_runs_name_is_text_in_html() -> None:
    bundle = views.live(FakeRun())._repr_mimebundle_()
    assert "<pole>" not in bundle["text/html"]
    assert html.escape("cart <pole>") in bundle["text/html"]
    assert "<svg" not in bundle["text/html"]


def test_changed_settings_stand_in_the_next_output() -> None:
    view = views.live(FakeRun())
    view.settings = {"every": 8}
    assert view._repr_mimebundle_()[VIEW_MIME]["settings"] == {"every": 8}


@pytest.mark.parametrize("bad", [{"x": object()}, {"x": float("nan")}, {"x": {1, 2}}, {"x": "y" * 200_000}])
def test_settings_that_are_not_plain_json_are_refused(bad: dict) -> None:
    with pytest.raises(DuallaneError) as refused:
        views.live(FakeRun(), **bad)
    assert refused.value.code == "settings"
    view = views.live(FakeRun(), every=1)
    with pytest.raises(DuallaneError):
        view.settings = bad
    assert view.settings == {"every": 1}


@pytest.mark.parametrize("run_id", ["", "a/b", "a\\b", "a\nb", "x" * 129])
def test_a_run_id_that_no_run_can_have_is_refused(run_id: str) -> None:
    with pytest.raises(DuallaneError) as refused:
        view_output("fast-lane", [run_id], {})
    assert refused.value.code == "run-id"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "view": "fast-lane", "runs": [run_id or "/"], "settings": {}}, SCHEMA)


def test_something_else_than_a_run_is_refused_with_what_is_wanted() -> None:
    with pytest.raises(DuallaneError, match=r"duallane\.Run, a run id or a run's name; not int"):
        views.live(7)


def test_an_output_without_runs_speaks_of_every_run() -> None:
    assert mime_bundle(view_output("sql-cell", [], {"sql": "SELECT 1"}))["text/plain"] == "<Duallane: SQL of every run>"
