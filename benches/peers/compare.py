"""tagwright beside fastText and scikit-learn: the same records, in turn, in one run.

    python compare.py predict --tagwright BIN --train TRAIN.jsonl.gz --records RECORDS.jsonl --cache DIR
    python compare.py train --tagwright BIN --train TRAIN.jsonl.gz --taxonomy TAXONOMY.json --cache DIR

`predict` times raw records to tags on one thread, and on two; fastText's `predict` alone is timed on texts that are
already cleaned and tokenised for it. `train` times both levels, cross-fitting and writing, against vectorising and a
single one-vs-rest fit; both on two cores. The peers' models are kept in DIR.

Each round runs everyone once, each in a process of its own. Ratios are taken round by round; minimum, median and
maximum are printed. tagwright's time is that of its whole process, start and model included. Needs fasttext-wheel
0.9.2, numpy 1.26 and scikit-learn 1.5.2.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent


def tagwright(*arguments):
    start = time.perf_counter()
    subprocess.run([str(argument) for argument in arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def peer(script, *arguments):
    command = [sys.executable, HERE / script, *arguments]
    output = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)["seconds"]


def spread(values, digits=2):
    return " / ".join(f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))


def ratios(ours, theirs):
    return spread([their / our for our, their in zip(ours, theirs)])


def predict(options):
    records = sum(1 for _ in options.records.open(encoding="utf-8"))
    fast_text, scikit_learn = options.cache / "fast_text.bin", options.cache / "scikit_learn.pickle"
    if not scikit_learn.exists():
        peer("scikit_learn.py", "train", scikit_learn, options.train)
    peer("fast_text.py", fast_text, options.train, options.records)
    one, two, fast, scikit = [], [], [], []
    for _ in range(options.rounds):
        one.append(tagwright(options.tagwright, "predict", options.records, "--jobs", 1))
        two.append(tagwright(options.tagwright, "predict", options.records, "--jobs", 2))
        fast.append(peer("fast_text.py", fast_text, options.train, options.records))
        scikit.append(peer("scikit_learn.py", "predict", scikit_learn, options.records))
    print(f"{records} records, {options.rounds} rounds; minimum / median / maximum\n")
    for name, seconds in [
        ("tagwright, 1 job, from raw records", one),
        ("tagwright, 2 jobs, from raw records", two),
        ("fastText, 1 thread, from clean tokens", fast),
        ("scikit-learn, 1 process, from raw records", scikit),
    ]:
        rates = [records / second for second in seconds]
        print(f"{name:42} {spread(seconds):>24} s  {spread(rates, 0):>26} records/s")
    print(f"\n{'tagwright against fastText':42} {ratios(one, fast):>24} times as fast")
    print(f"{'tagwright against scikit-learn':42} {ratios(one, scikit):>24} times as fast")
    print(f"{'2 jobs against 1':42} {ratios(two, one):>24} times as fast")


def train(options):
    ours, scikit = [], []
    with tempfile.TemporaryDirectory() as directory:
        model = Path(directory) / "model.safetensors"
        for _ in range(options.rounds):
            ours.append(tagwright(options.tagwright, "train", options.train, "--taxonomy", options.taxonomy, "--out", model))
            scikit.append(peer("scikit_learn.py", "train", options.cache / "scikit_learn.pickle", options.train))
    print(f"{options.rounds} rounds; minimum / median / maximum\n")
    print(f"{'tagwright train':42} {spread(ours):>24} s")
    print(f"{'scikit-learn, vectorising and fit':42} {spread(scikit):>24} s")
    print(f"{'tagwright against scikit-learn':42} {ratios(ours, scikit):>24} times as fast")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["predict", "train"])
    parser.add_argument("--tagwright", type=Path, required=True)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--taxonomy", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    {"predict": predict, "train": train}[options.what](options)


main()
