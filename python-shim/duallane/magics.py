"""`%load_ext duallane`: the `%%duallane` cell magic, a question in SQL that the page asks, never the kernel.

    %%duallane worst
    SELECT episode_index, total_reward FROM episodes ORDER BY total_reward LIMIT 20

The cell only leaves the view with its text; it is over at once, and the view answers while the kernel is busy or gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import DuallaneError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

QUESTION_BYTES_MAX = 50_000


def question_settings(line: str, cell: str | None) -> dict[str, str]:
    """Settings of the SqlCell for one use of the magic.

    `%%duallane [name]` with the question below; `%duallane [question]` on one line.
    Raises DuallaneError: "magic-name" for a name that Python could not use, "question-long".
    """
    if cell is None:
        return _checked({"sql": line.strip()})
    name = line.strip()
    if name and not name.isidentifier():
        raise DuallaneError(
            "magic-name",
            f"`%%duallane {name}`: the word after the magic names the result, so it must be a Python name. "
            "The question goes into the lines below.",
        )
    return _checked({"sql": cell.strip("\n"), **({"name": name} if name else {})})


def _checked(settings: dict[str, str]) -> dict[str, str]:
    if len(settings["sql"].encode()) > QUESTION_BYTES_MAX:
        raise DuallaneError("question-long", f"A question holds at most {QUESTION_BYTES_MAX} bytes.")
    return settings


def duallane(line: str, cell: str | None = None) -> None:
    """Shows a question's view under this cell: %%duallane [name], then the SQL; or %duallane SQL."""
    from IPython.core.error import UsageError
    from IPython.display import display

    from .views import SqlCell

    try:
        settings = question_settings(line, cell)
        view = SqlCell([], settings, settings.get("name", ""))
    except DuallaneError as error:
        raise UsageError(error.sentence) from error
    display(view)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%load_ext duallane`."""
    shell.register_magic_function(duallane, magic_kind="line_cell", magic_name="duallane")
