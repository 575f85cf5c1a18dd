"""Statistics over seeds: the same numbers, to the last replicate, as the page's comparison (src/widgets/stats).

After Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice" (rliable):
interquartile mean, intervals by the stratified percentile bootstrap, probability of improvement. Draws are a hash of
seed and number (lowbias32, C. Wellons 2018), so that both languages draw alike. Golden values:
proto/fixtures/seed-statistics.golden.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Statistic = Literal["mean", "iqm"]
Interval = tuple[float, float]
Strata = Sequence[Sequence[float]]
Better = Literal["higher", "lower"]
Verdict = Literal["better", "worse", "not distinguishable", "too few seeds"]

FEWEST_SEEDS = 3
REPLICATES = 2000
_OTHER_GROUP = 0x5BD1E995
_LAST_SHARE = 0.1
_BINS = 200


def resamples(sizes: Sequence[int], replicates: int, seed: int) -> npt.NDArray[np.int64]:
    """Positions into the strata laid end to end that each replicate draws, within each stratum: (replicates, total)."""
    total = sum(sizes)
    at = np.arange(replicates * total, dtype=np.uint64).reshape(replicates, total)
    hashes = _mix((_mix(np.uint64([(seed + 1) & 0xFFFFFFFF])) + at) & np.uint64(0xFFFFFFFF))
    size = np.repeat(np.asarray(sizes, np.float64), sizes)
    offset = np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    return (offset + np.floor(hashes / 2.0**32 * size)).astype(np.int64)


def _mix(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    low = np.uint64(0xFFFFFFFF)
    x = ((x ^ (x >> np.uint64(16))) * np.uint64(0x7FEB352D)) & low
    x = ((x ^ (x >> np.uint64(15))) * np.uint64(0x846CA68B)) & low
    return x ^ (x >> np.uint64(16))


def iqm(values: npt.ArrayLike) -> float:
    """Mean of the middle half, as scipy.stats.trim_mean(values, 0.25)."""
    return float(_along_rows(np.asarray(values, np.float64)[None], "iqm")[0])


def _along_rows(drawn: Floats, statistic: Statistic) -> Floats:
    if statistic == "mean":
        return drawn.mean(axis=1)
    cut = int(drawn.shape[1] * 0.25)
    return np.sort(drawn, axis=1)[:, cut : drawn.shape[1] - cut].mean(axis=1)


def _flat(strata: Strata) -> Floats:
    return np.asarray([score for runs in strata for score in runs], np.float64)


def _of(strata: Strata, statistic: Statistic) -> float:
    return float(_along_rows(_flat(strata)[None], statistic)[0])


def _replicates(strata: Strata, statistic: Statistic, replicates: int, seed: int) -> Floats:
    return _along_rows(_flat(strata)[resamples([len(runs) for runs in strata], replicates, seed)], statistic)


def _middle95(values: Floats) -> Interval:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def interval_of(
    strata: Strata, statistic: Statistic, *, replicates: int = REPLICATES, seed: int = 0
) -> Interval | None:
    """95 % interval of the statistic; None of fewer than two runs."""
    if len(_flat(strata)) < 2:
        return None
    return _middle95(_replicates(strata, statistic, replicates, seed))


def difference_interval(
    ours: Strata, theirs: Strata, statistic: Statistic, *, replicates: int = REPLICATES, seed: int = 0
) -> Interval | None:
    """95 % interval of statistic(ours) - statistic(theirs), each group drawn by itself; None of fewer than two runs."""
    if min(len(_flat(ours)), len(_flat(theirs))) < 2:
        return None
    a = _replicates(ours, statistic, replicates, seed)
    return _middle95(a - _replicates(theirs, statistic, replicates, seed ^ _OTHER_GROUP))


def probability_of_improvement(ours: Strata, theirs: Strata) -> float:
    """P(a run of ours is higher than one of theirs on the same task), ties half, averaged over shared tasks."""
    shares = [
        _share(np.asarray(a)[None], np.asarray(b)[None])[0]
        for a, b in zip(ours, theirs, strict=True)
        if len(a) and len(b)
    ]
    return float(np.mean(shares)) if shares else float("nan")


def _share(ours: Floats, theirs: Floats) -> Floats:
    """Of each row: the share of pairs in which ours is higher."""
    pairs = ours[:, :, None] - theirs[:, None, :]
    return ((pairs > 0) + 0.5 * (pairs == 0)).mean(axis=(1, 2))


def improvement_interval(
    ours: Strata, theirs: Strata, *, replicates: int = REPLICATES, seed: int = 0
) -> Interval | None:
    """95 % interval of the probability of improvement."""
    if min(len(_flat(ours)), len(_flat(theirs))) < 2:
        return None
    drawn = [
        _flat(strata)[resamples([len(runs) for runs in strata], replicates, own)]
        for strata, own in ((ours, seed), (theirs, seed ^ _OTHER_GROUP))
    ]
    ends = [np.cumsum([0, *(len(runs) for runs in strata)]) for strata in (ours, theirs)]
    shares = [
        _share(drawn[0][:, ends[0][i] : ends[0][i + 1]], drawn[1][:, ends[1][i] : ends[1][i + 1]])
        for i in range(len(ours))
        if len(ours[i]) and len(theirs[i])
    ]
    return _middle95(np.mean(shares, axis=0)) if shares else None


# -- curves -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """Bins of a round width; the first begins at first * width."""

    width: float
    bins: int
    first: int = 0

    @property
    def reach(self) -> float:
        """The rounded length of the axis, which a share of it is of."""
        return self.width * _BINS

    @property
    def middles(self) -> Floats:
        return (self.first + np.arange(self.bins) + 0.5) * self.width


def grid_to(high: float, low: float = 0.0) -> Grid:
    """At most about 200 bins from `low` to `high` whose width is 1, 2 or 5 times a power of ten."""
    if not (high > low and np.isfinite(high - low)):
        return Grid(1.0, 1, int(low // 1))
    raw = (high - low) / _BINS
    power = 10.0 ** np.floor(np.log10(raw))
    width = next((step * power for step in (1, 2, 5, 10) if step * power >= raw * (1 - 1e-9)), 10 * power)
    first = int(low // width)
    return Grid(float(width), int(high // width) - first + 1, first)


def grid_over(xs: Sequence[Floats]) -> Grid:
    """The bins of the whole axis of these curves; 0 belongs to it."""
    return grid_to(max([0.0, *(float(x[-1]) for x in xs if len(x))]), lower_end(xs))


def lower_end(xs: Sequence[Floats]) -> float:
    """Where the axis of ascending curves begins: at 0, or below it where points are."""
    return min([0.0, *(float(x[0]) for x in xs if len(x))])


def smooth(x: Floats, y: Floats, smoothing: str, reach: float) -> Floats:
    """One value for each point.

    smoothing: "off", "mean 100" (of the last 100 points) or "ema 2%" (weights halve over 2 % of reach).
    """
    kind, _, amount = smoothing.partition(" ")
    if kind == "off" or len(y) == 0:
        return y
    if kind == "mean":
        return _trailing_mean(y, int(amount))
    half_life = float(amount.rstrip("%")) / 100 * reach
    out = np.empty_like(y)
    total = weight = 0.0
    kept = np.concatenate([[0.0], 0.5 ** (np.diff(x) / half_life)])
    for i, (share, value) in enumerate(zip(kept.tolist(), y.tolist(), strict=True)):
        total, weight = total * share + value, weight * share + 1
        out[i] = total / weight
    return out


def _trailing_mean(y: Floats, points: int) -> Floats:
    sums = np.cumsum(y)
    sums[points:] = sums[points:] - sums[:-points] if len(y) > points else sums[points:]
    return sums / np.minimum(np.arange(1, len(y) + 1), points)


def on_grid(x: Floats, y: Floats, grid: Grid) -> Floats:
    """One value a bin: the mean of its points; between points the last value; NaN before the first, after the last."""
    out = np.full(grid.bins, np.nan)
    bins = np.minimum(grid.bins - 1, np.floor(x / grid.width) - grid.first).astype(np.int64)
    x, y, bins = x[bins >= 0], y[bins >= 0], bins[bins >= 0]
    if len(bins) == 0:
        return out
    counts = np.bincount(bins, minlength=grid.bins)
    sums = np.bincount(bins, weights=y, minlength=grid.bins)
    lasts = np.full(grid.bins, np.nan)
    lasts[bins] = y
    held = np.maximum.accumulate(np.where(counts > 0, np.arange(grid.bins), -1))
    with np.errstate(invalid="ignore"):
        out = np.where(counts > 0, sums / np.maximum(counts, 1), np.where(held >= 0, lasts[held], np.nan))
    out[bins.max() + 1 :] = np.nan
    return out


# -- groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunCurve:
    """Ascending in x. raw: as logged; smoothed: one value for each; seconds: since the run was opened."""

    x: Floats
    raw: Floats
    smoothed: Floats
    seconds: Floats


@dataclass(frozen=True)
class RunFigures:
    """score: mean over the last tenth of the way from 0 (or the axis' lower end) to the matched x, None when not there.

    area: mean height of the smoothed curve up to there. reached: (x, seconds) at which it first is at the threshold,
    or beyond it on the better side.
    """

    score: float | None
    area: float | None
    reached: tuple[float, float] | None


def figures_of_run(
    curve: RunCurve, at: float, threshold: float | None, better: Better = "higher", low: float = 0.0
) -> RunFigures:
    reached = None
    if threshold is not None:
        is_there = curve.smoothed >= threshold if better == "higher" else curve.smoothed <= threshold
        there = np.flatnonzero(is_there)
        reached = (float(curve.x[there[0]]), float(curve.seconds[there[0]])) if len(there) else None
    if len(curve.x) == 0 or curve.x[-1] < at - 1e-9 * abs(at):
        return RunFigures(None, None, reached)
    upto = curve.x <= at
    last = upto & (curve.x > at * (1 - _LAST_SHARE) + low * _LAST_SHARE)
    score = curve.raw[last].mean() if last.any() else (curve.raw[upto][-1] if upto.any() else curve.raw[0])
    x, y = curve.x[upto], curve.smoothed[upto]
    length = float(np.diff(x).sum())
    area = float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum() / length) if length > 0 else float(curve.smoothed[0])
    return RunFigures(float(score), area, reached)


@dataclass(frozen=True)
class Against:
    """What sets a group apart from the baseline: differences are group minus baseline.

    improvement: probability that a run of the group is better than one of the baseline.
    """

    difference: float
    interval: Interval | None
    improvement: float
    improvement_interval: Interval | None
    verdict: Verdict


@dataclass(frozen=True)
class GroupFigures:
    """A row of the comparison. n of runs came to the matched x; reached: (n, median x, median seconds)."""

    key: str
    n: int
    runs: int
    value: float | None
    interval: Interval | None
    mean: float | None
    sd: float | None
    area: float | None
    reached: tuple[int, float | None, float | None] | None
    against: Against | None
    each: tuple[RunFigures, ...]


@dataclass(frozen=True)
class GroupRun:
    """One run of a group. task: runs of one task (environment) are drawn among themselves."""

    run_id: str
    task: str
    curve: RunCurve


Groups = Sequence[tuple[str, Sequence[GroupRun]]]


def compare_groups(
    groups: Groups,
    statistic: Statistic,
    *,
    at: float | None = None,
    baseline: str | None = None,
    threshold: float | None = None,
    better: Better = "higher",
    replicates: int = REPLICATES,
    seed: int = 0,
) -> tuple[float, float | None, list[GroupFigures]]:
    """(matched x, threshold, a row for each group). Left out: the furthest x all runs came to, the baseline's value.

    better: turns the verdict, the probability of improvement and the threshold, and no value or difference.
    """
    if at is None:
        ends = [float(run.curve.x[-1]) for _, runs in groups for run in runs if len(run.curve.x)]
        at = min(ends, default=0.0)
    low = lower_end([run.curve.x for _, runs in groups for run in runs])
    tasks = sorted({run.task for _, runs in groups for run in runs})

    def strata(runs: Sequence[GroupRun]) -> list[list[float]]:
        scores = [(run.task, figures_of_run(run.curve, at, None, low=low).score) for run in runs]
        return [[score for of, score in scores if of == task and score is not None] for task in tasks]

    theirs = next((strata(runs) for key, runs in groups if key == baseline), None)
    if theirs is not None and len(_flat(theirs)) == 0:
        theirs = None
    if threshold is None and theirs is not None:
        threshold = _of(theirs, statistic)
    sampling = {"replicates": replicates, "seed": seed}
    rows = []
    for key, runs in groups:
        each = tuple(figures_of_run(run.curve, at, threshold, better, low) for run in runs)
        ours = strata(runs)
        scores = _flat(ours)
        areas = [run.area for run in each if run.area is not None]
        against = None
        if key != baseline and theirs is not None and len(scores):
            against = _against(ours, theirs, statistic, better, sampling)
        rows.append(
            GroupFigures(
                key=key,
                n=len(scores),
                runs=len(runs),
                value=_of(ours, statistic) if len(scores) else None,
                interval=interval_of(_present(ours), statistic, **sampling),
                mean=float(scores.mean()) if len(scores) else None,
                sd=float(scores.std(ddof=1)) if len(scores) > 1 else None,
                area=float(np.mean(areas)) if areas else None,
                reached=None if threshold is None else _reached(each),
                against=against,
                each=each,
            )
        )
    return at, threshold, rows


def _present(strata: Strata) -> Strata:
    return [runs for runs in strata if len(runs)]


def _reached(each: Sequence[RunFigures]) -> tuple[int, float | None, float | None]:
    there = [run.reached for run in each if run.reached is not None]
    if not there:
        return 0, None, None
    return len(there), float(np.median([x for x, _ in there])), float(np.median([seconds for _, seconds in there]))


def _against(ours: Strata, theirs: Strata, statistic: Statistic, better: Better, sampling: dict[str, int]) -> Against:
    interval = difference_interval(_present(ours), _present(theirs), statistic, **sampling)
    verdict: Verdict = "not distinguishable"
    if interval is None or min(len(_flat(ours)), len(_flat(theirs))) < FEWEST_SEEDS:
        verdict = "too few seeds"
    elif interval[0] > 0 or interval[1] < 0:
        verdict = "better" if (interval[0] > 0) == (better == "higher") else "worse"
    improvement = probability_of_improvement(ours, theirs)
    between = improvement_interval(ours, theirs, **sampling)
    if better == "lower":  # Ties count half on either side, so what is lower is what is not higher.
        improvement, between = 1 - improvement, between and (1 - between[1], 1 - between[0])
    return Against(
        difference=_of(ours, statistic) - _of(theirs, statistic),
        interval=interval,
        improvement=improvement,
        improvement_interval=between,
        verdict=verdict,
    )


# -- bands ------------------------------------------------------------------------------------------------------------

BandKind = Literal["none", "min-max", "sd", "se", "bootstrap", "iqm"]


def band_of(seeds: Sequence[tuple[str, Floats]], bins: int, kind: BandKind) -> tuple[Floats, Floats, Floats, Floats]:
    """(middle, low, high, n) of each bin over seeds, given as (task, value of each bin, NaN where there is none)."""
    middle, low, high = (np.full(bins, np.nan) for _ in range(3))
    first = {task: at for at, task in reversed(list(enumerate(task for task, _ in seeds)))}
    ordered = sorted(seeds, key=lambda seed: first[seed[0]])
    values = np.array([each for _, each in ordered], np.float64).reshape(len(seeds), bins)
    n = np.isfinite(values).sum(axis=0)
    statistic: Statistic = "iqm" if kind == "iqm" else "mean"
    drawn: dict[tuple[int, ...], npt.NDArray[np.int64]] = {}
    for at in range(bins):
        there = np.flatnonzero(np.isfinite(values[:, at]))
        if len(there) == 0:
            continue
        found = values[there, at]
        middle[at] = _along_rows(found[None], statistic)[0]
        if len(found) < 2 or kind == "none":
            continue
        if kind == "min-max":
            low[at], high[at] = found.min(), found.max()
        elif kind in ("sd", "se"):
            spread = found.std(ddof=1) / (np.sqrt(len(found)) if kind == "se" else 1)
            low[at], high[at] = found.mean() - spread, found.mean() + spread
        else:
            tasks = [ordered[seed][0] for seed in there]
            sizes = tuple(tasks.count(task) for task in dict.fromkeys(tasks))
            picks = drawn.setdefault(sizes, resamples(sizes, REPLICATES, 0))
            low[at], high[at] = _middle95(_along_rows(found[picks], statistic))
    return middle, low, high, n
