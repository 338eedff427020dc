"""Makes panels.json and quantiles.json: what scipy, statsmodels and krippendorff say of random panels.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scipy statsmodels krippendorff
    /tmp/reference/bin/python tests/reference/make.py

The panels are drawn from a fixed seed, so that the same programs give the same files.
"""

import importlib.metadata
import itertools
import json
import math
import pathlib
import platform
import random
import statistics
import warnings
from fractions import Fraction

import krippendorff
import numpy
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

SEED = 20261123
PANELS = 240
HERE = pathlib.Path(__file__).parent
PROGRAMS = {"python": platform.python_version()} | {
    name: importlib.metadata.version(name) for name in ("numpy", "scipy", "statsmodels", "krippendorff")
}


def draw(rng):
    """Scores (text, so that decimals stay exact) and verdicts of some tools by some reviewers, with gaps."""
    reviewers, tools = rng.randint(1, 11), rng.randint(2, 5)
    decimals = rng.choice([0, 0, 0, 1, 2, 6])
    spread, missing = rng.choice([2, 10, 30]), rng.choice([0, 0.1, 0.4])
    scores, verdicts = [], []
    for _ in range(tools):
        centre = rng.uniform(10, 95)
        row = [min(100.0, max(0.0, rng.gauss(centre, spread))) for _ in range(reviewers)]
        scores.append([None if rng.random() < missing else f"{score:.{decimals}f}" for score in row])
        verdicts.append([rng.choice([None, "ship", "ship", "ship", "skip"]) for _ in row])
    return scores, verdicts


def student(values, level):
    """The t interval of the mean, or None."""
    if len(values) < 2:
        return None
    values = [float(value) for value in values]
    deviation = statistics.stdev(values)
    if deviation == 0:
        return [values[0], values[0]]
    return list(map(float, stats.t.interval(level, len(values) - 1, statistics.fmean(values), stats.sem(values))))


def tool_figures(scores, verdicts, level):
    exact = [Fraction(score) for score in scores if score is not None]
    ships, n = verdicts.count("ship"), len(verdicts) - verdicts.count(None)
    interval = student(exact, level)
    return {
        "ships": ships,
        "verdicts": n,
        "wilson": list(map(float, proportion_confint(ships, n, 1 - level, method="wilson"))) if n else None,
        "n": len(exact),
        "mean": float(sum(exact) / len(exact)) if exact else None,
        "median": float(statistics.median(exact)) if exact else None,
        "stddev": math.sqrt(statistics.variance(exact)) if len(exact) > 1 else None,
        "mean_interval": interval and [max(0.0, interval[0]), min(100.0, interval[1])],
    }


def pair_figures(first, second, level):
    both = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    differences = [Fraction(b) - Fraction(a) for a, b in both]
    observed = abs(sum(differences))
    units = [int(difference * 10**6) for difference in differences]
    signs = itertools.product((1, -1), repeat=len(units))
    extreme = sum(abs(sum(s * u for s, u in zip(sign, units))) >= observed * 10**6 for sign in signs)
    return {
        "n": len(both),
        "wins": [sum(d < 0 for d in differences), sum(d > 0 for d in differences)],
        "mean": float(sum(differences) / len(both)) if both else None,
        "interval": student(differences, level),
        "extreme": extreme if both else None,
    }


def alpha(scores):
    """Krippendorff's alpha over reviewers x tools, or None where it is undefined."""
    units = [[Fraction(s) for s in row if s is not None] for row in scores]
    paired = [value for unit in units if len(unit) > 1 for value in unit]
    if sum(len(unit) > 1 for unit in units) < 2 or len(set(paired)) < 2:
        return None
    table = numpy.array([[numpy.nan if s is None else float(s) for s in row] for row in scores]).T
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="interval"))


def panel(rng):
    scores, verdicts = draw(rng)
    level = rng.choice([0.5, 0.8, 0.9, 0.95, 0.95, 0.99, 0.999, 0.9999])
    tools = [tool_figures(s, v, level) for s, v in zip(scores, verdicts)]
    pairs = [pair_figures(a, b, level) for a, b in itertools.combinations(scores, 2)]
    return {"level": level, "scores": scores, "verdicts": verdicts, "tools": tools, "pairs": pairs, "alpha": alpha(scores)}


def write(name, head, rows):
    """One row a line, so that a change can be read."""
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (HERE / name).write_text(json.dumps({"programs": PROGRAMS, **head})[:-1] + ', "rows": [\n' + lines + "\n]}\n")


def main():
    warnings.simplefilter("error", RuntimeWarning)
    rng = random.Random(SEED)
    write("panels.json", {"seed": SEED}, [panel(rng) for _ in range(PANELS)])
    levels = [0.5, 0.6, 0.68, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999]
    freedoms = [*range(1, 21), 25, 30, 40, 60, 99, 150, 250, 400, 499, 500, 800, 999, 1000, 1001, 5000, 100000, 999999]
    rows = [[level, None, float(stats.norm.isf((1 - level) / 2))] for level in levels]
    rows += [[level, df, float(stats.t.isf((1 - level) / 2, df))] for level in levels for df in freedoms]
    write("quantiles.json", {}, rows)


main()
