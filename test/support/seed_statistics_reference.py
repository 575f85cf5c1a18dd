"""The reference values of proto/fixtures/seed-statistics.golden.json, computed by others than us.

Not run by the tests. In an environment of its own: pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 arch==8.0.0
rliable==1.2.0, then `python seed_statistics_reference.py proto/fixtures/seed-statistics.golden.json` prints them.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from arch.bootstrap import IIDBootstrap
from rliable import library, metrics
from scipy import stats

# rliable 1.2.0 hands random_state on, which arch 8 takes for data; rliable draws from numpy's global state anyhow.
_init = IIDBootstrap.__init__
IIDBootstrap.__init__ = lambda self, *args, random_state=None, **kwargs: _init(
    self, *args, **kwargs
)

golden = json.loads(Path(sys.argv[1]).read_text())
a, b = (np.array(golden["scores"][name]) for name in "AB")
c, d = (np.array(golden["scores"][name]).T for name in "CD")
x, y = golden["curve"]["x"], golden["curve"]["y"]


def interval(found):
    return [
        float(found.confidence_interval.low),
        float(found.confidence_interval.high),
    ]


def bootstrapped(values, statistic, seed, **options):
    draws = np.random.default_rng(seed)
    return interval(
        stats.bootstrap(
            values,
            statistic,
            n_resamples=50_000,
            method="percentile",
            random_state=draws,
            **options,
        )
    )


def iqm_difference(one, other, axis=-1):
    return stats.trim_mean(one, 0.25, axis=axis) - stats.trim_mean(
        other, 0.25, axis=axis
    )


def aggregate_iqm(scores):
    return np.array([metrics.aggregate_iqm(scores)])


def improvement(one, other):
    return np.array([metrics.probability_of_improvement(one, other)])


np.random.seed(3)
point, ends = library.get_interval_estimates(
    {"C": c, "A": a[:, None]}, aggregate_iqm, reps=50_000
)
p, p_ends = library.get_interval_estimates({"CD": (c, d)}, improvement, reps=5000)
times = pd.to_datetime(x, unit="s")
found = {
    "scipy_trim_mean": {
        "A": stats.trim_mean(a, 0.25),
        "B": stats.trim_mean(b, 0.25),
    },
    "scipy_sem": {"A": stats.sem(a), "B": stats.sem(b)},
    "scipy_bootstrap_mean": {
        "A": bootstrapped((a,), np.mean, 1),
        "B": bootstrapped((b,), np.mean, 1),
    },
    "scipy_bootstrap_difference_iqm": bootstrapped(
        (a, b), iqm_difference, 2, vectorized=True
    ),
    "scipy_mannwhitneyu_share": stats.mannwhitneyu(a, b).statistic / (len(a) * len(b)),
    "rliable_iqm": {
        name: [float(point[name][0]), ends[name].ravel().tolist()] for name in point
    },
    "rliable_improvement": [float(p["CD"][0]), p_ends["CD"].ravel().tolist()],
    "pandas_ewm_halflife_4s": pd.Series(y, index=times)
    .ewm(halflife=pd.Timedelta("4s"), times=times)
    .mean()
    .tolist(),
    "pandas_rolling_3": pd.Series(y).rolling(3, min_periods=1).mean().tolist(),
    "numpy_trapezoid_over_length": np.trapezoid(y, x) / 30,
    "numpy_percentile_2_5_A": np.percentile(a, 2.5),
}
print(json.dumps(found, indent=1, default=float))
