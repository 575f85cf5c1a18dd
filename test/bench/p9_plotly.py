"""The peer of P9: the same curves as plotly draws them in a notebook, as the page its own HTML export makes.

The rows are given to it, which costs it nothing here: it neither asks a server nor goes through a kernel.
"""

import sys

import numpy as np
import plotly.graph_objects as go


def main(path: str, runs: int, episodes: int) -> None:
    figure = go.Figure()
    steps = np.arange(1, episodes + 1) * 100
    for number in range(runs):
        rng = np.random.default_rng(number)
        returns = 200 * (1 - np.exp(-np.arange(episodes) * 5 / episodes)) + rng.normal(
            0, 20, episodes
        )
        figure.add_trace(
            go.Scattergl(
                x=steps,
                y=returns,
                mode="markers",
                marker={"size": 2, "opacity": 0.3},
                name=f"run {number}",
            )
        )
    began = "globalThis.beganMs = performance.now();"
    drawn = "globalThis.drawnMs = performance.now();"  # it runs when the promise of the plot resolves
    page = figure.to_html(include_plotlyjs=True, div_id="plot", post_script=drawn)
    with open(path, "w") as file:
        file.write(page.replace("<body>", f"<body><script>{began}</script>", 1))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
