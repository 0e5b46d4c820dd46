#!/usr/bin/env python3
"""Writes stratify.json: seeded skewed labels, where a reference implementation puts the records, and how evenly.

Run with iterative-stratification 0.1.9 and scikit-learn 1.5.2 from any folder: python3 tests/golden/stratify.py
"""

import json
from pathlib import Path

import numpy as np
from iterstrat.ml_stratifiers import IterativeStratification

SEEDS = 10


class FirstOfEquals:
    """In place of the random state: ties go to the first."""

    def choice(self, count):
        return 0


def skewed(rng, records, tags):
    """Tag t has about 1 / (t + 2) of the records; every eighth record has none; every tag has at least 8."""
    labels = rng.random((records, tags)) < 1 / (np.arange(tags) + 2) / 1.5
    labels[::8] = False
    for tag in range(tags):
        labels[1 + 8 * tag + np.arange(8) % 7, tag] = True
    return labels


def label_distribution(labels, parts, count):
    """Sechidis et al. 2011, section 4.2."""
    def odds(rows):
        with_tag = rows.sum(axis=0)
        return with_tag / (len(rows) - with_tag)

    return float(np.mean([np.abs(odds(labels[parts == part]) - odds(labels)) for part in range(count)]))


def case(rng, records, tags, shares):
    labels, shares = skewed(rng, records, tags), np.array(shares)
    iterative = [IterativeStratification(labels, shares, np.random.RandomState(seed)) for seed in range(SEEDS)]
    bounds = np.cumsum(np.round(shares * records).astype(int))[:-1]
    by_chance = [
        np.searchsorted(bounds, np.random.RandomState(seed).permutation(records), side="right")
        for seed in range(SEEDS)
    ]
    mean = lambda splits: float(np.mean([label_distribution(labels, parts, len(shares)) for parts in splits]))
    return {
        "tags": [[int(tag) for tag in np.flatnonzero(row)] for row in labels],
        "shares": shares.tolist(),
        "parts_with_first_of_equals": IterativeStratification(labels, shares, FirstOfEquals()).tolist(),
        "label_distribution": {"iterative": mean(iterative), "random": mean(by_chance)},
    }


rng = np.random.default_rng(20110905)
cases = [case(rng, 300, 20, [0.2] * 5), case(rng, 400, 12, [0.7, 0.2, 0.1])]
rows = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
Path(__file__).with_suffix(".json").write_text(f"[\n{rows}\n]\n")
for one in cases:
    print(one["label_distribution"])
