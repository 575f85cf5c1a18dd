"""Where the training loop leaves what it logs: flat lists that it extends and that the recorder cuts from the front.

Guarantees
- `entries.extend(entry)` is all that logging is: one atomic operation, no lock, no object that lives on its own.
- `cut` takes whole entries, oldest first, and `logged` counts each of them once at any moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from . import settings
from .arrow_columns import Oddities


class Nowhere(list[Any]):
    """Entries that nobody keeps, only counted: of a forked child and a fast-lane-only run."""

    items = 0

    def append(self, _item: Any) -> None:
        self.items += 1

    def extend(self, items: Any) -> None:
        self.items += len(items)


class Late(Nowhere):
    """Entries that came after their run's end. lost: hears how many of them, each time."""

    def __init__(self, lost: Callable[[int], None]) -> None:
        super().__init__()
        self._lost = lost

    def extend(self, items: Any) -> None:
        super().extend(items)
        self._lost(len(items))


class Tape:
    """Entries of one kind. width: items of an entry. rows: of an entry.

    encode: makes a record batch out of whole entries.
    """

    def __init__(
        self,
        kind: str,
        width: int,
        encode: Callable[[Sequence[Any], Oddities], pa.RecordBatch],
        rows: int = 1,
    ) -> None:
        self.kind = kind
        self.width = width
        self.encode = encode
        self.rows = rows
        self.entries: list[Any] = []
        self.block_items = max(1, settings.BLOCK_ROWS // rows) * width  # of one batch: the loop tells when it is full
        self.pending_items_max = max(self.block_items, settings.PENDING_ROWS_MAX // rows * width)
        self.is_over = False
        self._row_bytes = 1
        self._taken = 0
        self._cutting = threading.Lock()

    def cut(self) -> list[Any]:
        """The next block, which is no longer on the tape; [] when there is none."""
        with self._cutting:
            block = self.entries[: self.block_items]
            del self.entries[: len(block)]
            self._taken += len(block)
        return block

    @property
    def waiting_rows(self) -> int:
        """Rows that are not cut yet; at least so many where an entry has several."""
        return len(self.entries) // self.width * self.rows

    @property
    def logged(self) -> int:
        """Rows logged so far, kept or not."""
        entries = self.entries
        if isinstance(entries, Nowhere):
            return (self._taken + entries.items) // self.width * self.rows
        with self._cutting:
            return (self._taken + len(entries)) // self.width * self.rows

    def fill(self, rows: int) -> None:
        """Blocks of so many rows from now on, or fewer where they weigh more than BLOCK_BYTES; BLOCK_ROWS at least."""
        fitting = max(settings.BLOCK_ROWS, min(rows, settings.BLOCK_BYTES // self._row_bytes))
        fitting = min(fitting, settings.PENDING_ROWS_MAX)
        self.block_items = max(1, fitting // self.rows) * self.width

    def bound(self, rows: int, batch_bytes: int) -> None:
        """Follows what rows weigh: PENDING_BYTES of them may wait."""
        self._row_bytes = max(1, batch_bytes // rows)
        fitting = settings.PENDING_BYTES * rows // max(batch_bytes, 1) // self.rows * self.width
        self.pending_items_max = max(
            self.block_items, min(settings.PENDING_ROWS_MAX // self.rows * self.width, fitting)
        )

    def end(self, lost: Callable[[int], None]) -> None:
        """The run is over: `lost` hears of rows that come all the same. A tape that keeps nothing stays as it is."""
        if type(self.entries) is not list:
            return
        left, self.entries = self.entries, Late(lambda items: lost(items // self.width * self.rows))
        if left:  # logged while the run ended
            self.entries.extend(left)

    def skip(self) -> None:
        """An entry that need not be made, because `entries` keeps none."""
        self.entries.extend((None,) * self.width)

    def keep_nothing(self) -> None:
        """What is logged from now on is only counted."""
        self.entries = Nowhere()
