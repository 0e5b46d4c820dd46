#!/usr/bin/env python3
"""How many injected label errors `review` ranks first, beside cleanlab on the same probabilities.

    training/curation/injected_errors.py TAGWRIGHT DATA TAXONOMY RECORDS any|hidden SEED...

DATA is a .jsonl.gz of labelled records. For each seed, RECORDS of them are drawn and 5 % of these corrupted, a third
each: a tag is dropped, a tag is swapped for a random one, a random tag is added. `any` corrupts any record that has a
tag; `hidden` drops only from records of two tags or more and adds only to those of at most two, so that an unusual
number of tags gives nothing away. Printed is the share of the corrupted records among the most suspicious tenth, over
all and by kind of error. Python 3.11, cleanlab 2.9.0, numpy.
"""

import gzip, json, random, subprocess, sys, tempfile
from pathlib import Path

import numpy as np
from cleanlab.multilabel_classification.rank import get_label_quality_scores

CORRUPTED, TOP = 0.05, 0.1
KINDS = ("drop", "swap", "add")
METHODS = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
# cleanlab's two ways to aggregate the scores of the tags, and numpy's that it takes as well.
AGGREGATORS = {
    "moving average": {"method": "exponential_moving_average", "alpha": 0.8},
    "softmin": {"method": "softmin", "temperature": 0.1},
    "min": {"method": np.min},
    "mean": {"method": np.mean},
}


def corrupt(records, names, hidden, rng):
    """Corrupts some of the records in place; the kind of error of each record, or None."""
    allowed = {kind: lambda size: size >= 1 for kind in KINDS}
    if hidden:
        allowed |= {"drop": lambda size: size >= 2, "add": lambda size: 1 <= size <= 2}
    kinds = [None] * len(records)
    order = rng.sample(range(len(records)), len(records))
    for number in range(int(CORRUPTED * len(records))):
        kind = KINDS[number % len(KINDS)]
        place = next(i for i in order if kinds[i] is None and allowed[kind](len(records[i]["tags"])))
        tags, kinds[place] = records[place]["tags"], kind
        other = rng.choice([name for name in names if name not in tags])
        at = rng.randrange(len(tags))
        if kind == "drop":
            del tags[at]
        elif kind == "swap":
            tags[at] = other
        else:
            tags.insert(at, other)
    return kinds


def report(label, order, kinds):
    top = set(order[: int(TOP * len(kinds))])
    share = lambda wanted: sum(kinds[i] in wanted for i in top) / sum(kind in wanted for kind in kinds)
    shares = [share(KINDS)] + [share((kind,)) for kind in KINDS]
    print(f"{label:60}" + "".join(f"{share:8.3f}" for share in shares), flush=True)


def main(tagwright, data, taxonomy, count, variant, *seeds):
    tags = json.loads(Path(taxonomy).read_text())
    names = [tag["name"].strip() for tag in tags]
    column = {str(tag["id"]): i for i, tag in enumerate(tags)} | {name: i for i, name in enumerate(names)}
    with gzip.open(data, "rt") as lines:
        everything = [json.loads(line) for line in lines]
    print(f"{'':60}" + "".join(f"{name:>8}" for name in ("all", *KINDS)))
    for seed in seeds:
        rng = random.Random(int(seed))
        records = [record | {"id": i} for i, record in enumerate(rng.sample(everything, int(count)))]
        for record in records:
            record["tags"] = [names[column[str(tag).strip()]] for tag in record["tags"]]
        kinds = corrupt(records, names, variant == "hidden", rng)
        with tempfile.TemporaryDirectory() as room:
            corrupted, probabilities = Path(room) / "corrupted.jsonl", Path(room) / "probabilities.jsonl"
            corrupted.write_text("".join(json.dumps(record) + "\n" for record in records))
            found = subprocess.run(
                [tagwright, "review", corrupted, "--taxonomy", taxonomy, "--top", count,
                 "--probabilities", probabilities, "--format", "jsonl"],
                check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            ).stdout
            lines = [json.loads(line) for line in found.splitlines()]
            p = np.array([json.loads(line) for line in probabilities.read_text().splitlines()])
        report(f"seed {seed} tagwright review", [line["id"] for line in lines if "suspicion" in line], kinds)
        labels = [[column[tag] for tag in record["tags"]] for record in records]
        for method in METHODS:
            for name, aggregator in AGGREGATORS.items():
                quality = get_label_quality_scores(labels, p, method=method, aggregator_kwargs=aggregator)
                order = np.argsort(quality, kind="stable").tolist()
                report(f"seed {seed} cleanlab {method}, {name}", order, kinds)


if __name__ == "__main__":
    if len(sys.argv) < 7:
        sys.exit(__doc__)
    main(*sys.argv[1:])
