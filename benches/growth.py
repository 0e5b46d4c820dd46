"""How training grows: processor time and peak memory by records, tags and features, and the straight lines through them.

    python growth.py --tagwright BIN --train TRAIN.jsonl.gz --taxonomy TAXONOMY.json [--rounds N]

Sizes are halves of one another; what is not varied stays as the quarter of TRAIN has it. The line through the points of
one size is fitted by least squares; the largest point is left out and predicted.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy


def run(tagwright, *arguments):
    """Seconds of all processors together and peak memory in MB of one training."""
    process = subprocess.Popen([str(part) for part in (tagwright, "train", *arguments)], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"training failed: {arguments}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def subset(lines, path, tags=None):
    """Writes records, with no tags but those of `tags`."""
    with path.open("w", encoding="utf-8") as out:
        for line in lines:
            record = json.loads(line)
            if tags is not None:
                record["tags"] = [tag for tag in record["tags"] if tag in tags]
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def settings(share, path):
    """The default blocks with a share of their features."""
    blocks = [
        ("text", "{name = 2, owner = 1, description = 2, prose = 1}", 58_000, 1.0, "true"),
        ("about", "{name = 1, owner = 1, description = 1}", 30_000, 0.7, "true"),
        ("code", "{code = 1, languages = 1, hosts = 1, links = 1}", 28_000, 0.5, "false"),
        ("name", "{name = 1}", 8_000, 0.5, "false"),
    ]
    lines = []
    for name, fields, features, weight, embedded in blocks:
        lines += [
            "[[features.blocks]]", f'name = "{name}"', f"fields = {fields}", "ngrams = 2", "min_df = 1",
            f"max_features = {int(features * share)}", f"embedded = {embedded}", f"weight = {weight}",
        ]
    path.write_text("\n".join(lines) + "\n")


def report(what, unit, points):
    print(f"\n{what:>10} {'seconds':>10} {'MB':>10}")
    for size, seconds, megabytes in points:
        print(f"{size:>10,} {seconds:>10.1f} {megabytes:>10,.0f}")
    sizes, seconds, megabytes = (numpy.array(column, dtype=float) for column in zip(*points))
    for name, values, digits in (("seconds", seconds, 2), ("MB", megabytes, 1)):
        slope, intercept = numpy.polyfit(sizes[:-1], values[:-1], 1)
        expected = slope * sizes[-1] + intercept
        print(
            f"{name} = {intercept:.{digits}f} + {slope * unit:.{digits + 2}f} per {unit:,} {what}; the largest is expected at "
            f"{expected:.{digits}f} and measured at {values[-1]:.{digits}f} ({values[-1] / expected - 1:+.0%})"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tagwright", type=Path, required=True)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--taxonomy", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    lines = gzip.open(options.train, "rt", encoding="utf-8").readlines()
    taxonomy = json.loads(options.taxonomy.read_text(encoding="utf-8"))
    names = {str(tag["name"]).strip(): tag for tag in taxonomy}
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        data, chosen, toml, model = (directory / name for name in ("data.jsonl", "tags.json", "settings.toml", "model"))

        def median(*arguments):
            runs = [run(options.tagwright, data, *arguments, "--out", model) for _ in range(options.rounds)]
            return tuple(statistics.median(column) for column in zip(*runs))

        points = []
        for size in (len(lines) // 8, len(lines) // 4, len(lines) // 2, len(lines)):
            subset(lines[:: len(lines) // size][:size], data)
            points.append((size, *median("--taxonomy", options.taxonomy)))
        report("records", 1_000, points)

        quarter = lines[::4]
        points = []
        for size in (len(names) // 8, len(names) // 4, len(names) // 2, len(names)):
            keep = dict(list(names.items())[:size])
            subset(quarter, data, keep)
            chosen.write_text(json.dumps(list(keep.values())), encoding="utf-8")
            points.append((size, *median("--taxonomy", chosen)))
        report("tags", 1, points)

        subset(quarter, data)
        points = []
        for share in (0.125, 0.25, 0.5, 1.0):
            settings(share, toml)
            points.append((int(124_000 * share), *median("--taxonomy", options.taxonomy, "--settings", toml)))
        report("features", 1_000, points)


main()
