"""`%%duallane` in a real IPython shell: it leaves a view and asks nothing."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from duallane._contract.contract import VIEW_MIME
from duallane.errors import DuallaneError
from duallane.magics import QUESTION_BYTES_MAX, question_settings

SQL = "SELECT episode_index\nFROM episodes LIMIT {{k}}"


def run(ipython: InteractiveShell, code: str) -> tuple[list[dict], str]:
    with capture_output() as captured:
        ipython.run_cell(code)
    return [output.data for output in captured.outputs], captured.stdout + captured.stderr


def test_the_cell_leaves_a_view_with_the_question_word_for_word(ipython: InteractiveShell) -> None:
    [bundle], _ = run(ipython, f"%%duallane worst\n{SQL}\n")
    assert bundle[VIEW_MIME]["view"] == "sql-cell"
    assert bundle[VIEW_MIME]["settings"] == {"sql": SQL, "name": "worst"}
    assert bundle[VIEW_MIME]["runs"] == []


def test_a_line_is_a_question_too(ipython: InteractiveShell) -> None:
    [bundle], _ = run(ipython, "%duallane SELECT 1")
    assert bundle[VIEW_MIME]["settings"] == {"sql": "SELECT 1"}


def test_a_name_that_python_could_not_use_is_refused_in_one_sentence(ipython: InteractiveShell) -> None:
    outputs, said = run(ipython, "%%duallane SELECT 1\nSELECT 2")
    assert outputs == []
    assert "names the result" in said
    assert "Traceback" not in said


def test_a_question_beyond_the_limit_is_refused() -> None:
    with pytest.raises(DuallaneError) as refused:
        question_settings("", "x" * (QUESTION_BYTES_MAX + 1))
    assert refused.value.code == "question-long"
