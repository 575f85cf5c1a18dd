"""`%load_ext duallane`: the `%%duallane` cell magic, a question in SQL that the page asks, never the kernel.

    %%duallane worst
    SELECT episode_index, total_reward FROM episodes ORDER BY total_reward LIMIT 20

The cell only leaves the view with its text; it is over at once, and the view answers while the kernel is busy or gone.
`{{name}}` in it is the value of the Python variable `name`, bound and never written into the text; the view has a
slider for it. The name after the magic is a table of other questions, and a variable here: `worst.pandas()`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

from .errors import DuallaneError
from .named_questions import name_question

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
        settings: dict[str, Any] = question_settings(line, cell)
        if values := _values_of(settings["sql"]):
            settings["params"] = values
        view = SqlCell([], settings, settings.get("name", ""))
    except DuallaneError as error:
        raise UsageError(error.sentence) from error
    if name := settings.get("name"):
        name_question(name, view)
        get_ipython().user_ns[name] = view  # type: ignore[union-attr]
    display(view)


def _values_of(question: str) -> dict[str, Any]:
    """The Python variables that a question names in braces, as plain JSON values."""
    known = get_ipython().user_ns  # type: ignore[union-attr]
    names = [name for name in re.findall(r"\{\{\s*(\w+)\s*\}\}", question) if name in known]
    return {name: _plain(name, known[name]) for name in names}


def _plain(name: str, value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()  # NumPy's numbers and arrays
    if isinstance(value, tuple | set | frozenset):
        value = sorted(value) if isinstance(value, set | frozenset) else list(value)
    items = value if isinstance(value, list) else [value]
    if not all(item is None or isinstance(item, bool | int | float | str) for item in items):
        raise DuallaneError(
            "sql-parameter",
            f"{{{{{name}}}}}: a question takes numbers, texts, truth values, None and lists of them; {name} is "
            f"{type(value).__name__}.",
        )
    return value


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%load_ext duallane`."""
    shell.register_magic_function(duallane, magic_kind="line_cell", magic_name="duallane")
