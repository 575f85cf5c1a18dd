"""P6's peer, run in a notebook's kernel: a Perspective table that gets the same rows at the same rate, shown by its own widget.

The newest row is the grid's first; its `ms` (since `base_ms`, ms since the epoch) is what the page reads back.
"""

import asyncio
import time

import perspective
from IPython.display import display
from perspective.widget import PerspectiveWidget

UPDATES_A_SECOND = 20
ROWS_KEPT = 20_000


def stream(rate: int, seconds: float, base_ms: float) -> asyncio.Task:
    """Shows the widget below the cell and feeds it, in a task that leaves the kernel idle otherwise."""
    table = perspective.table(
        {"ms": "integer", "episode": "integer", "step": "integer", "reward": "float"},
        limit=ROWS_KEPT,
    )
    display(
        PerspectiveWidget(
            table,
            columns=["ms", "episode", "step", "reward"],
            sort=[["ms", "desc"]],
            settings=False,
        )
    )

    async def work() -> None:
        began, sent = time.monotonic(), 0
        while (elapsed := time.monotonic() - began) < seconds:
            due = int(elapsed * rate) - sent
            now_ms = int(time.time() * 1000 - base_ms)
            rows = range(sent, sent + due)
            if due:
                table.update(
                    {
                        "ms": [now_ms] * due,
                        "episode": [row // 200 for row in rows],
                        "step": [row % 200 for row in rows],
                        "reward": [1.0] * due,
                    }
                )
            sent += due
            await asyncio.sleep(1 / UPDATES_A_SECOND)

    return asyncio.get_running_loop().create_task(work())
