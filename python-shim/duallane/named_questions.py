"""Results that have a name in this process: `%%duallane worst` makes `worst` a table of `duallane.sql` too.

A named question is asked anew each time it is used, on the rows that are durable then; its values are bound as
variables, never written into a text.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .errors import DuallaneError

_PLACES = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\{\{\s*(\w+)\s*\}\}"""
    r"""|\b[iI][nN]\s*(?P<listed>\(\s*:selected_runs\s*\))"""
    r"""|(?<![\w:\])}'"]):(?P<pointed>run|agent|episode|step|selected_runs)\b"""
)


class Named(Protocol):
    """Whoever holds a question: its text and values as they are now."""

    settings: Mapping[str, Any]


_known: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()


@dataclass(frozen=True)
class UsedQuestion:
    """A named question as the engine takes it: its text, and the values of its variables."""

    name: str
    text: str
    variables: dict[str, Any]


def name_question(name: str, holder: Named) -> None:
    """From here on the name is the holder's, as long as it lives."""
    _known[name] = holder


def bound(
    question: str, params: Mapping[str, Any], scope: str, cursor: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The text with variables in the place of `{{name}}` and `:run`, and their values.

    Raises DuallaneError "sql-parameter" for a name without a value.
    """
    variables: dict[str, Any] = {}

    def put(found: re.Match[str]) -> str:
        name, pointed = found[1], found["pointed"] or (found["listed"] and "selected_runs")
        if name is None and pointed is None:
            return found[0]
        if name is not None and name not in params:
            raise DuallaneError(
                "sql-parameter", f"{{{{{name}}}}} has no value. Give it one in the cell, or in `params`."
            )
        variable = f"param_{scope}_{name}" if name is not None else f"cursor__{pointed}"
        variables[variable] = params[name] if name is not None else cursor.get(pointed)
        # A list is looked in without parentheses.
        return f"{'IN ' if found['listed'] else ''}getvariable('{variable}')"

    return _PLACES.sub(put, question), variables


def used_by(question: str, cursor: Mapping[str, Any], but: frozenset[str] = frozenset()) -> list[UsedQuestion]:
    """The named questions that a text uses, and those that they use, in the order they have to be made.

    Raises DuallaneError "sql-refused" for one that uses itself.
    """
    words = set(re.findall(r"\w+", question.lower()))
    found: dict[str, UsedQuestion] = {}
    for name, holder in sorted(_known.items()):
        if name.lower() not in words:
            continue
        if name in but:
            raise DuallaneError("sql-refused", f"{name} uses itself: a result cannot be made of itself.")
        text = str(holder.settings.get("sql", ""))
        for inner in used_by(text, cursor, but | {name}):
            found.setdefault(inner.name, inner)
        found.setdefault(name, UsedQuestion(name, *bound(text, holder.settings.get("params") or {}, name, cursor)))
    return list(found.values())
