"""Makes panels.json, quantiles.json and tests.json: figures of random panels by scipy, statsmodels and krippendorff.

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
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

SEED = 20261123
PANELS = 300
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
    interval = student(differences, level)
    return {
        "n": len(both),
        "wins": [sum(d < 0 for d in differences), sum(d > 0 for d in differences)],
        "mean": float(sum(differences) / len(both)) if both else None,
        "interval": interval and [max(-100.0, interval[0]), min(100.0, interval[1])],
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


# Second minus first, in points.
DIFFERENCES = [
    ["1", "-5", "0", "20"],
    ["12", "9", "7", "8"],
    ["27", "29", "21", "27", "22", "32", "17"],
    ["0", "0", "0", "0"],
    ["1", "1", "1", "-30"],
    ["5", "5", "5", "5"],
    ["71/5", "-9/2", "89/5", "-71/5"],
    ["3", "4", "5", "6", "7", "8"],
    ["3", "4", "5", "6", "7"],
    ["-4", "-8", "2", "-6", "-1"],
    ["10", "-3", "5", "8", "0", "12", "-6", "4"],
    ["1/1000000", "-1/500000", "1/250000", "1/125000"],
    ["4", "9"],
    ["5", "-2", "7", "1", "0", "9", "-4", "6", "3", "-1", "8", "2"],
]


def pair_row(differences):
    """A pair by its differences: its figures, and how far the second, if it leads, could be behind the first."""
    exact = [Fraction(text) for text in differences]
    low, high = student(exact, 0.95)
    units = [int(difference * 10**6) for difference in exact]
    signs = itertools.product((1, -1), repeat=len(units))
    extreme = sum(abs(sum(s * u for s, u in zip(sign, units))) >= abs(sum(units)) for sign in signs)
    return {
        "differences": [float(difference) for difference in exact],
        "mean": float(sum(exact) / len(exact)),
        "stddev": statistics.stdev(float(difference) for difference in exact),
        "interval": [max(-100.0, low), min(100.0, high)],
        "p": extreme / 2 ** len(exact),
        "could_be_behind": min(100.0, max(0.0, -low)),
    }


def mcnemar_row(rng):
    first, second, same = rng.randint(0, 400), rng.randint(0, 400), rng.randint(0, 9)
    if rng.random() < 0.7:
        first, second = first % 12, second % 12
    p = mcnemar([[same, first], [second, 0]], exact=True).pvalue if first + second else 1.0
    return {"first": first, "second": second, "same": same, "p": min(1.0, float(p))}


def unpaired_row(rng):
    """Two samples of different people: Welch's interval, and the share of the splits at least as far apart."""
    level = rng.choice([0.8, 0.9, 0.95, 0.99])
    decimals = rng.choice([0, 0, 1, 6])
    first, second = (
        [f"{min(100.0, max(0.0, rng.gauss(centre, 12))):.{decimals}f}" for _ in range(rng.randint(4, 9))]
        for centre in (60, rng.choice([60, 70, 80]))
    )
    a, b = ([float(text) for text in sample] for sample in (first, second))
    welch = stats.ttest_ind(b, a, equal_var=False).confidence_interval(level)
    exact = [Fraction(text) for text in first + second]
    # In whole numbers, so that no tie is lost: n m times the difference of means.
    units = [int(value * 10**6) for value in exact]
    n, m = len(first), len(second)

    def apart(x, y, axis):
        return abs(n * y.sum(axis=axis) - m * x.sum(axis=axis))

    samples = (numpy.array(units[:n], dtype=numpy.int64), numpy.array(units[n:], dtype=numpy.int64))
    test = stats.permutation_test(
        samples, apart, permutation_type="independent", alternative="greater", n_resamples=numpy.inf, vectorized=True
    )
    mean = sum(exact[n:]) / m - sum(exact[:n]) / n
    return {
        "level": level,
        "first": first,
        "second": second,
        "mean": float(mean),
        "welch": [max(-100.0, float(welch.low)), min(100.0, float(welch.high))],
        "p": float(test.pvalue),
    }


def fisher(ships, skips, up, down):
    """Fisher's exact test by the ratio of neighbouring terms, in exact fractions: votes may be many."""
    panel, all_ships, total = ships + skips, ships + up, ships + skips + up + down
    low, high = max(0, panel - (total - all_ships)), min(panel, all_ships)
    terms, term = {low: Fraction(1)}, Fraction(1)
    for x in range(low, high):
        term *= Fraction((all_ships - x) * (panel - x), (x + 1) * (total - all_ships - panel + x + 1))
        terms[x + 1] = term
    extreme = sum(value for value in terms.values() if value <= terms[ships])
    return extreme / sum(terms.values())


def crowd_row(ships, skips, up, down):
    if up + down == 0:
        return {"panel": [ships, skips], "votes": [up, down], "p": None, "state": None}
    p = fisher(ships, skips, up, down)
    if up + down < 10**6:
        assert math.isclose(float(p), stats.fisher_exact([[ships, skips], [up, down]]).pvalue, rel_tol=1e-9)
    panel = ships + skips
    smallest = min(fisher(s, panel - s, up, down) for s in range(panel + 1))
    state = "too_few" if smallest > Fraction(1, 20) else "disagree" if p <= Fraction(1, 20) else "no_disagreement_shown"
    return {"panel": [ships, skips], "votes": [up, down], "p": float(p), "state": state}


def crowd_rows(rng):
    fixed = [
        (3, 1, 0, 0), (4, 0, 1, 0), (3, 1, 3, 7), (4, 0, 12, 28), (4, 0, 60, 40), (4, 0, 400, 600), (1, 3, 90, 10),
        (0, 4, 90, 10), (2, 2, 50, 50), (7, 1, 20, 80), (8, 4, 300, 700), (30, 10, 4000, 6000), (4, 0, 0, 12),
        (5, 0, 2000000, 1000000), (3, 2, 2**53, 1), (0, 5, 2**53, 2**53), (6, 6, 0, 10**12), (4, 0, 10**12, 10**12),
    ]
    rows = [crowd_row(*row) for row in fixed]
    for _ in range(30):
        panel, votes = rng.randint(1, 60), int(10 ** rng.uniform(0, 12))
        ships, up = rng.randint(0, panel), int(votes * rng.random())
        rows.append(crowd_row(ships, panel - ships, up, votes - up))
    return rows


def numbers(seed, below):
    """The pseudo-random numbers of the tests, the same in Rust."""
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (seed >> 33) % below


def share_of_patterns(sizes, observed):
    """The share of sign patterns whose absolute sum is at least the observed one: in extended doubles, checked against
    whole numbers where these are quick."""
    total = sum(sizes)
    limit = (total - observed) // 2
    shares = numpy.zeros(limit + 1, dtype=numpy.longdouble)
    shares[0] = 1
    for size in sorted(sizes):
        shares /= 2
        if size <= limit:
            shares[size:] += shares[: limit + 1 - size].copy()
    share = float(2 * shares.sum()) if observed else 1.0
    if len(sizes) * limit < 3 * 10**6:
        ways = [1] + [0] * limit
        for size in sorted(sizes):
            for at in range(limit, size - 1, -1):
                ways[at] += ways[at - size]
        exact = Fraction(2 * sum(ways), 2 ** len(sizes)) if observed else Fraction(1)
        assert math.isclose(share, float(exact), rel_tol=1e-12)
    return min(1.0, share)


def sign_flip_row(n, seed, below, shift, decimals, outlier=None):
    """Differences of many reviewers, in steps of 10^-decimals points. The outlier is one reviewer more whose difference
    is 100 points times a weight."""
    draw = numbers(seed, below)
    differences = [next(draw) - shift for _ in range(n)]
    if outlier:
        differences.append(100 * 10**decimals * outlier)
    p = share_of_patterns([abs(d) for d in differences if d], abs(sum(differences)))
    return {"n": n, "seed": seed, "below": below, "shift": shift, "decimals": decimals, "outlier": outlier, "p": p}


def sign_flip_rows():
    rows = [sign_flip_row(n, n + k, 61, shift, 0) for n in (121, 200, 500, 1000) for k, shift in enumerate((30, 29, 27))]
    rows += [sign_flip_row(5000, 5, 31, 15, 0), sign_flip_row(5000, 6, 31, 14, 0)]
    rows += [sign_flip_row(n, 7, 7, 3, 0, outlier) for n in (121, 400, 2000) for outlier in (1, 10, 1000)]
    return rows + [sign_flip_row(n, 8, 600001, 280000, 4) for n in (130, 200)]


def reliability_row(rng):
    """1 - residual / mean square of the tools in a two-way analysis of variance, and the scores."""
    tools, reviewers = rng.randint(5, 9), rng.randint(2, 7)
    spread = rng.choice([2, 15])
    truth = [rng.uniform(50 - spread, 50 + spread) for _ in range(tools)]
    scores = [[round(min(100, max(0, rng.gauss(t, 10)))) for _ in range(reviewers)] for t in truth]
    exact = [[Fraction(score) for score in row] for row in scores]
    grand = sum(map(sum, exact)) / (tools * reviewers)
    of_tools = [sum(row) / reviewers for row in exact]
    of_reviewers = [sum(column) / tools for column in zip(*exact)]
    residual = sum(
        (exact[t][r] - of_tools[t] - of_reviewers[r] + grand) ** 2 for t in range(tools) for r in range(reviewers)
    ) / ((tools - 1) * (reviewers - 1))
    between = reviewers * sum((mean - grand) ** 2 for mean in of_tools) / (tools - 1)
    return {"scores": scores, "reliability": float(max(Fraction(0), 1 - residual / between)) if between else None}


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
    rng = random.Random(SEED + 1)
    tests = {
        "pairs": [pair_row(differences) for differences in DIFFERENCES],
        "mcnemar": [mcnemar_row(rng) for _ in range(60)],
        "unpaired": [unpaired_row(rng) for _ in range(40)],
        "crowd": crowd_rows(rng),
        "sign_flip": sign_flip_rows(),
        "reliability": [reliability_row(rng) for _ in range(40)],
    }
    write("tests.json", {}, [{"test": name, **row} for name, rows in tests.items() for row in rows])


main()
