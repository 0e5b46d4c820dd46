#!/usr/bin/env python3
"""What choosing records by `review --unlabelled` saves: labels against accuracy.

    training/curation/active_learning.py TAGWRIGHT POOL DEV TAXONOMY SEED...

POOL and DEV are .jsonl.gz of labelled records. For each seed, POOL is shuffled; 500 records are labelled. `chosen` adds
three batches of 250 that `review --unlabelled` chooses from the rest, whose tags it does not see; `random` takes the
first 2,000. Every model is judged by its micro-F1 on DEV, at the threshold that its own training chose. Python 3.11.
"""

import gzip, json, random, subprocess, sys, tempfile
from pathlib import Path

FIRST, BATCH, BATCHES, RANDOM = 500, 250, 3, 2000


def run(*args):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def main(tagwright, pool, dev, taxonomy, *seeds):
    with gzip.open(pool, "rt") as lines:
        records = [json.loads(line) | {"id": number} for number, line in enumerate(lines)]
    for seed in seeds:
        shuffled = random.Random(int(seed)).sample(records, len(records))
        with tempfile.TemporaryDirectory() as room:
            room = Path(room)
            model = str(room / "model.safetensors")

            def judge(name, labelled):
                data = write(room / "labelled.jsonl", labelled)
                run(tagwright, "train", data, "--taxonomy", taxonomy, "--out", model)
                figures = json.loads(run(tagwright, "evaluate", dev, "--model", model, "--json", "-"))["figures"]
                micro, macro = figures["micro_f1"]["value"], figures["macro_f1"]["value"]
                print(f"seed {seed} {name:8} {len(labelled):5} micro-F1 {micro:.4f} macro-F1 {macro:.4f}", flush=True)

            judge("random", shuffled[:RANDOM])
            labelled, rest = shuffled[:FIRST], shuffled[FIRST:]
            judge("first", labelled)
            for _ in range(BATCHES):
                blind = ({key: value for key, value in record.items() if key != "tags"} for record in rest)
                found = run(
                    tagwright, "review", str(room / "labelled.jsonl"), "--model", model,
                    "--unlabelled", write(room / "rest.jsonl", blind), "--batch", str(BATCH), "--format", "jsonl",
                )
                chosen = {json.loads(line)["id"] for line in found.splitlines()}
                labelled = labelled + [record for record in rest if record["id"] in chosen]
                rest = [record for record in rest if record["id"] not in chosen]
                judge("chosen", labelled)


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
