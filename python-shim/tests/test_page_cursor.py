"""The cursor's traits, as the page sees them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from traitlets import TraitError

import duallane
from duallane.page_cursor import Cursor


def test_the_package_has_one_cursor() -> None:
    assert duallane.cursor is duallane.cursor
    assert isinstance(duallane.cursor, Cursor)


def test_a_move_is_told_once_as_a_whole_and_forgets_what_was_below() -> None:
    cursor = Cursor()
    cursor.move(run="a", agent="x", episode=3, step=7)
    told: list[tuple[Any, ...]] = []
    cursor.observe(lambda _: told.append((cursor.run, cursor.agent, cursor.episode, cursor.step)))
    cursor.move(run=SimpleNamespace(run_id="b"), episode=4)
    assert set(told) == {("b", None, 4, None)}
    cursor.move(runs=["a", SimpleNamespace(run_id="b")])
    assert (cursor.runs, cursor.run, cursor.episode) == (["a", "b"], "b", 4)


@pytest.mark.parametrize("to", [{"episode": -1}, {"episode": "3"}, {"run": 7}, {"runs": [1]}])
def test_a_value_that_no_place_has_is_refused(to: dict[str, Any]) -> None:
    with pytest.raises(TraitError):
        Cursor().move(**to)


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="epsiode"):
        Cursor().move(epsiode=3)


def test_the_page_gets_its_own_model_and_all_traits() -> None:
    state = Cursor().get_state()
    assert state["_model_name"] == "CursorModel"
    assert {"runs", "run", "agent", "episode", "step"} <= set(state)
