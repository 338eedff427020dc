#!/usr/bin/env python3
"""Measures `compare` beside other programs: the same files, the same questions, in one run.

    side_by_side.py [--compare PROGRAM] [--records N] [--million N] [--runs N] [--dir FOLDER]

Each contender answers as a whole process, in turn, --runs times after one round that is not counted; those that take
many times as long run once. Answers are compared with each other before anything is printed. Programs that are not
installed are named and left out: DuckDB's command line and Polars come from PyPI (`duckdb-cli`, `polars`; run this
script with the Python that has them), Miller, jq and hyperfine from the system.

The tables are Markdown. Ratios are those of `compare` to the other program, in time and in processor time, which counts
where other work runs on the machine: below 1 `compare` is quicker. Behind them are the peak memory over --million records
(0 leaves it out), the start as hyperfine measures it, and the growth of commands that benches/growth.py finds.
"""
import argparse
import csv
import io
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
Z = 1.959963984540054

# The same order in every language: panel verdict, four reviews before fewer, mean, lower end of the Wilson interval, slug.
SQL_RANK = f"""
    select slug, ship, skip, mean from (
        select *, (p + z2 / 2 - {Z} * sqrt(p * (1 - p) / v + z2 / (4 * v))) / (1 + z2) as lower
        from (select *, ship + skip as v, ship / (ship + skip) as p, {Z * Z} / (ship + skip) as z2 from (
            select slug, count(*) filter (verdict = 'ship') as ship, count(*) filter (verdict = 'skip') as skip,
                round(avg(score), 9) as mean
            from (%s) group by slug)))
    order by case when ship > skip then 0 when ship = skip then 1 else 2 end, v < 4, mean desc, lower desc, slug limit 10"""
SQL_NDJSON = """select slug, review.score as score, review.verdict as verdict from (
    select slug, unnest(reviews) as review from read_ndjson('%s', maximum_object_size = 67108864,
        columns = {slug: 'VARCHAR', reviews: 'STRUCT(score DOUBLE, verdict VARCHAR)[]'}))"""
SQL_SHEET = "select tool as slug, score, verdict from read_csv('%s')"

JQ_TOOL = """{slug, ship: [.reviews[] | select(.verdict == "ship")] | length,
    skip: [.reviews[] | select(.verdict == "skip")] | length, mean: ([.reviews[].score] | add / length)}"""
JQ_CSV = '| "\\(.slug),\\(.ship),\\(.skip),\\(.mean)"'
JQ_RANK = f"""[inputs | {JQ_TOOL} | (.ship + .skip) as $v | (.ship / $v) as $p | ({Z * Z} / $v) as $z2
    | .v = $v | .lower = ($p + $z2 / 2 - {Z} * (($p * (1 - $p) / $v + $z2 / (4 * $v)) | sqrt)) / (1 + $z2)]
    | sort_by([(if .ship > .skip then 0 elif .ship == .skip then 1 else 2 end), (.v < 4), -.mean, -.lower, .slug])
    | .[:10][] {JQ_CSV}"""

MILLER_SUMS = """ship = 0; skip = 0; n = 0; sum = 0;
    for (i, r in $reviews) {
        if (r["verdict"] == "ship") {ship += 1} elif (r["verdict"] == "skip") {skip += 1}
        n += 1; sum += r["score"];
    }"""
MILLER_KEY = f"""v = ship + skip; p = ship / v; z2 = {Z * Z} / v;
    lower = (p + z2 / 2 - {Z} * sqrt(p * (1 - p) / v + z2 / (4 * v))) / (1 + z2);
    panel = (ship > skip ? 0 : ship == skip ? 1 : 2) + (v < 4 ? 0.5 : 0);"""
MILLER_ROW = '"slug": slug, "ship": ship, "skip": skip, "mean": roundm(sum / n, 0.000000001)'
MILLER_TOP = "sort -nf panel -nr mean -nr lower -f slug then head -n 10 then cut -o -f slug,ship,skip,mean".split()

POLARS = f"""
import polars as pl, sys
tools = {{source}}
sums = tools.group_by("slug").agg(
    (pl.col("verdict") == "ship").sum().cast(pl.Int64).alias("ship"),
    (pl.col("verdict") == "skip").sum().cast(pl.Int64).alias("skip"), pl.col("score").mean().round(9).alias("mean"))
v = pl.col("ship") + pl.col("skip")
p, z2 = pl.col("ship") / v, {Z * Z} / v
lower = (p + z2 / 2 - {Z} * (p * (1 - p) / v + z2 / (4 * v)).sqrt()) / (1 + z2)
panel = pl.when(pl.col("ship") > pl.col("skip")).then(0).when(pl.col("ship") == pl.col("skip")).then(1).otherwise(2)
key = sums.with_columns(lower.alias("lower"), panel.alias("panel"))
few = pl.col("ship") + pl.col("skip") < 4
top = key.sort(["panel", few, "mean", "lower", "slug"], descending=[False, False, True, True, False]).head(10)
print(top.select("slug", "ship", "skip", "mean").collect().write_csv(), end="")
"""
POLARS_NDJSON = """pl.scan_ndjson(sys.argv[1], schema={"slug": pl.String,
    "reviews": pl.List(pl.Struct({"score": pl.Float64, "verdict": pl.String}))}).explode("reviews").select(
    "slug", pl.col("reviews").struct.field("score"), pl.col("reviews").struct.field("verdict"))"""
POLARS_SHEET = """pl.scan_csv(sys.argv[1]).select(pl.col("tool").alias("slug"), "score", "verdict")"""


class Contender:
    """A program with its arguments, how to read its answer, and whether it is so slow that it runs once."""

    def __init__(self, name, command, answer=None, slow=False):
        self.name, self.command, self.answer, self.slow = name, command, answer, slow
        self.wall, self.cpu, self.memory = [], [], 0

    def run(self, counted=True):
        start = time.perf_counter()
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV)
        out, said = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{self.name} failed: {said.decode()[:2000]}")
        if counted:
            self.wall.append(wall)
            self.cpu.append(usage.ru_utime + usage.ru_stime)
            self.memory = max(self.memory, usage.ru_maxrss)
        return out.decode()


def rows(text):
    """(slug, ship, skip, mean) of each line, a heading left out."""
    found = [line for line in csv.reader(io.StringIO(text)) if line and line[0] != "slug"]
    return [(slug, int(ship), int(skip), round(float(mean), 6)) for slug, ship, skip, mean in found]


def own(text):
    """The same of our own sheet."""
    found = csv.DictReader(io.StringIO(text))
    return [(r["slug"], int(r["ship"]), int(r["skip"]), round(float(r["score_mean"]), 6)) for r in found]


def measure(title, contenders, runs):
    """Runs all contenders, holds their answers together, prints a table."""
    known = None
    for contender in contenders:
        text = contender.run(counted=contender.slow)
        if contender.answer is None:
            continue
        answer = sorted(contender.answer(text)) if "two" in title else contender.answer(text)
        known = known or answer
        if answer != known or not answer:
            sys.exit(f"{title}: {contender.name} says {answer}, {contenders[0].name} says {known}")
    for _ in range(runs):
        for contender in contenders:
            if not contender.slow:
                contender.run()
    base, base_cpu = statistics.median(contenders[0].wall), min(contenders[0].cpu)
    print(f"\n### {title}\n\n| program | median | least | processor time | ratio | its ratio | peak memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for c in contenders:
        wall = statistics.median(c.wall)
        unit, scale = ("s", 1) if base >= 0.1 else ("ms", 1000)
        digits = 3 if unit == "s" else 1
        figures = (wall, min(c.wall), min(c.cpu))
        times = " | ".join(f"{figure * scale:.{digits}f} {unit}" for figure in figures)
        once = " (once)" if c.slow else ""
        ratios = f"{base / wall:.2f} | {base_cpu / min(c.cpu):.2f}"
        print(f"| {c.name}{once} | {times} | {ratios} | {c.memory / 1024:.0f} MiB |")
    sys.stdout.flush()


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}), {memory} GiB, {platform.system()} {platform.release()}, load {load:.1f}"


def version(command):
    said = subprocess.run(command, capture_output=True, text=True)
    return (said.stdout or said.stderr).strip().splitlines()[0]


def generated(folder, name, *arguments):
    path = folder / name
    if not path.exists():
        subprocess.run([sys.executable, HERE / "generate.py", *arguments, path], check=True)
    # Into the page cache, piece by piece: a program that is started counts the memory of the one that starts it.
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
    return str(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", default=str(HERE.parent / "target/release/compare"))
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--million", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--dir", type=pathlib.Path, default=HERE.parent / "target/benches")
    args = parser.parse_args()
    args.dir.mkdir(parents=True, exist_ok=True)
    ENV["XDG_CACHE_HOME"] = str(args.dir / "cache")
    shutil.rmtree(args.dir / "cache", ignore_errors=True)
    tools = generated(args.dir, f"tools-{args.records}.ndjson", "--records", str(args.records))
    rich = generated(args.dir, f"rich-{args.records}.ndjson", "--records", str(args.records), "--rich")
    sheet = generated(
        args.dir, f"sheet-{args.records}.csv", "--kind", "csv", "--records", str(2 * args.records), "--prose", "100"
    )

    beside = os.path.join(os.path.dirname(sys.executable), "duckdb")
    duckdb = beside if os.path.exists(beside) else shutil.which("duckdb")
    found = {name: shutil.which(name) for name in ("mlr", "jq", "hyperfine", "wc")} | {"duckdb": duckdb}
    polars = subprocess.run([sys.executable, "-c", "import polars"], capture_output=True).returncode == 0
    found["polars"] = sys.executable if polars else None
    named = [("duckdb", ["--version"]), ("mlr", ["--version"]), ("jq", ["--version"]), ("hyperfine", ["--version"])]
    versions = [version([args.compare, "--version"])]
    versions += [f"{n} {version([found[n], *a])}" for n, a in named if found[n]]
    if polars:
        versions.append("polars " + version([sys.executable, "-c", "import polars; print(polars.__version__)"]))
    print(f"{time.strftime('%Y-%m-%d')}, {machine()}; {args.runs} runs each.")
    print("; ".join(versions) + ".")
    missing = [name for name, path in found.items() if not path]
    if missing:
        print(f"Not installed, left out: {', '.join(missing)}.")

    def those(*contenders):
        return [c for c in contenders if c.command[0]]

    miller_rank = f"slug = $slug; {MILLER_SUMS} {MILLER_KEY}"
    rank = ["rank", "--top", "10", "--no-cache", "-f", "csv", "-c"]
    for prose, tools in (("plain prose", tools), ("escapes and letters outside of ASCII", rich)):
        title = f"`rank --top 10` over {args.records} tools with 5 reviews each, {os.path.getsize(tools) >> 20} MiB of NDJSON, {prose}"
        measure(title, those(
            Contender("compare", [args.compare, *rank, tools], own),
            Contender("wc -l", [found["wc"], "-l", tools]),
            Contender("DuckDB", [duckdb, "-csv", "-c", SQL_RANK % (SQL_NDJSON % tools)], rows),
            Contender("Polars", [found["polars"], "-c", POLARS.format(source=POLARS_NDJSON), tools], rows),
            Contender("Miller", [found["mlr"], "--ijsonl", "--ocsv", "put", "-q", miller_rank + 'emit1 {"panel": panel, "lower": lower, ' + MILLER_ROW + "}", "then", *MILLER_TOP, tools], rows, slow=True),
            Contender("jq", [found["jq"], "-nr", JQ_RANK, tools], rows, slow=True),
        ), args.runs)

    measure(f"the same over a sheet of {10 * args.records} reviews, {os.path.getsize(sheet) >> 20} MiB of CSV", those(
        Contender("compare", [args.compare, *rank, sheet], own),
        Contender("wc -l", [found["wc"], "-l", sheet]),
        Contender("DuckDB", [duckdb, "-csv", "-c", SQL_RANK % (SQL_SHEET % sheet)], rows),
        Contender("Polars", [found["polars"], "-c", POLARS.format(source=POLARS_SHEET), sheet], rows),
        Contender("Miller", [found["mlr"], "--icsv", "--ocsv", "put", "-q", '@ship[$tool] += $verdict == "ship" ? 1 : 0; @skip[$tool] += $verdict == "skip" ? 1 : 0; @n[$tool] += 1; @sum[$tool] += $score; end { for (slug, ship in @ship) { skip = @skip[slug]; n = @n[slug]; sum = @sum[slug];' + MILLER_KEY + 'emit1 {"panel": panel, "lower": lower, ' + MILLER_ROW + "} } }", "then", *MILLER_TOP, sheet], rows, slow=True),
    ), args.runs)

    with open(tools, encoding="utf-8") as lines:
        slugs = [line.split('"', 4)[3] for line, _ in zip(lines, range(args.records))]
    pair = [slugs[len(slugs) // 3], slugs[len(slugs) * 2 // 3]]
    either = "slug in ('%s', '%s')" % tuple(pair)
    two = [args.compare, *pair, "-f", "csv", "-c", tools]
    pair_sql = f"""select slug, count(*) filter (verdict = 'ship'), count(*) filter (verdict = 'skip'),
        round(avg(score), 9) from ({SQL_NDJSON % tools}) where {either} group by slug"""
    measure(f"two tools of those {args.records}", those(
        Contender("compare, from the cache", two, own),
        Contender("compare, without a cache", [*two, "--no-cache"], own),
        Contender("DuckDB", [duckdb, "-csv", "-noheader", "-c", pair_sql], rows),
        Contender("Miller", [found["mlr"], "--ijsonl", "--ocsv", "filter", f'$slug == "{pair[0]}" || $slug == "{pair[1]}"', "then", "put", "-q", f"slug = $slug; {MILLER_SUMS} emit1 {{{MILLER_ROW}}}", tools], rows, slow=True),
        Contender("jq", [found["jq"], "-r", f'select(.slug == "{pair[0]}" or .slug == "{pair[1]}") | {JQ_TOOL} {JQ_CSV}', tools], rows, slow=True),
    ), args.runs)

    measure("starting up", those(
        Contender("compare gemma-3n smolvlm2-turbo", [args.compare, "gemma-3n", "smolvlm2-turbo"]),
        Contender("/bin/true", ["/bin/true"]),
        Contender("hyperfine --version", [found["hyperfine"], "--version"]),
        Contender("jq -n 1", [found["jq"], "-n", "1"]),
        Contender("DuckDB, select 1", [duckdb, "-c", "select 1"]),
        Contender("Miller --version", [found["mlr"], "--version"]),
    ), 5 * args.runs)
    if found["hyperfine"]:
        start_up(args.compare, found["hyperfine"])
    if args.million:
        memory(args.compare, args.dir, [args.records, args.million])
    print("\n### growth when the input doubles\n", flush=True)
    subprocess.run([sys.executable, HERE / "growth.py", "--compare", args.compare])


def start_up(compare, hyperfine):
    """How long starts take, as hyperfine measures it without a shell."""
    commands = [f"{compare} gemma-3n smolvlm2-turbo", f"{hyperfine} --version", "/bin/true"]
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        words = [hyperfine, "-N", "--warmup", "20", "--runs", "500", "--export-json", out.name, *commands]
        subprocess.run(words, check=True, capture_output=True, env=ENV)
        results = json.load(open(out.name))["results"]
    print("\n### starting up, by `hyperfine -N`\n\n| program | mean | least | ratio |\n| --- | ---: | ---: | ---: |")
    for result in results:
        name = result["command"].replace(compare, "compare").replace(hyperfine, "hyperfine")
        mean, least = result["mean"], result["min"]
        print(f"| {name} | {mean * 1000:.2f} ms | {least * 1000:.2f} ms | {results[0]['mean'] / mean:.2f} |")


def memory(compare, folder, sizes):
    """The peak memory of whole runs over so many records with little prose."""
    print("\n### peak memory\n\n| records | " + " | ".join(MEMORY) + " |\n| ---: |" + " ---: |" * len(MEMORY))
    for size in sizes:
        path = generated(folder, f"short-{size}.ndjson", "--records", str(size), "--prose", "40")
        runs = [Contender(name, [compare, *words, "--no-cache", "-c", path]) for name, words in MEMORY.items()]
        for run in runs:
            run.run()
        print(f"| {size} | " + " | ".join(f"{run.memory / 1024:.0f} MiB, {run.wall[0]:.1f} s" for run in runs) + " |", flush=True)


MEMORY = {
    "`rank --top 10`": ["rank", "--top", "10"],
    "`list -f csv`": ["list", "-f", "csv"],
    "`convert`": ["convert", "-o", "json=" + os.devnull],
    "`check`": ["check"],
}
ENV = dict(os.environ)

if __name__ == "__main__":
    main()
