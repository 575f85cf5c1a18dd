"""What a bench finds, and how it is measured and printed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Found:
    """One bench's table. reach: what its figures are to reach, in words. rows: by case, then by column."""

    title: str
    reach: str
    rows: Mapping[str, Mapping[str, float]]


def nanoseconds_of(call: Callable[[int], object], calls: int) -> tuple[float, float]:
    """(median, p99) of `calls` calls, without the clock's own cost; each gets its number."""
    clock = time.perf_counter_ns
    spent, empty = np.empty(calls, np.int64), np.empty(10_000, np.int64)
    for i in range(calls):
        before = clock()
        call(i)
        spent[i] = clock() - before
    for i in range(len(empty)):
        before = clock()
        empty[i] = clock() - before
    median, p99 = np.percentile(spent, [50, 99]) - float(np.median(empty))
    return float(median), float(p99)


def table(name: str, found: Found) -> str:
    """As lines of text."""
    columns = list(dict.fromkeys(column for figures in found.rows.values() for column in figures))
    cells = [["", *columns]]
    for case, figures in found.rows.items():
        cells.append([case, *(_text(figures[column]) if column in figures else "" for column in columns)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    return "\n".join([f"{name} {found.title}", f"   to reach: {found.reach}", *lines])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
    return f"   {'  '.join([row[0].ljust(widths[0]), *padded[1:]])}".rstrip()


def _text(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"
