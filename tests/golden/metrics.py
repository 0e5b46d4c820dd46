#!/usr/bin/env python3
"""Writes metrics.json: seeded random predictions and what scikit-learn and SciPy say about them.

Run with scikit-learn 1.5.2 and SciPy 1.14 or later from any folder: python3 tests/golden/metrics.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve

RECORDS, TAGS, TOP, THRESHOLD = 40, 8, 3, 0.45
# So few that SciPy can try all 2^10 exchanges.
EXCHANGED = 10
RESAMPLES = 10_000
NEVER_GOLD, NEVER_DECIDED = 7, 6

warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")


def inputs():
    """Gold tags, scores and decisions: some records have no gold tag, some no decision, some neither."""
    rng = np.random.default_rng(20240917)
    gold = rng.random((RECORDS, TAGS)) < 0.3
    gold[:, NEVER_GOLD] = False
    gold[::9] = False
    scores = np.clip(0.6 * rng.random((RECORDS, TAGS)) + 0.35 * gold + 0.02, 0, 1)
    scores[:, NEVER_DECIDED] *= 0.4
    scores[::6] *= 0.4
    # tagwright keeps f32 scores; scikit-learn gets the same numbers as f64.
    scores = scores.astype(np.float32).astype(np.float64)
    assert len(np.unique(scores)) == scores.size, "the scores have ties"
    return gold, scores, decide(scores, THRESHOLD)


def decide(scores, threshold):
    return [[int(t) for t in np.argsort(-row)[:TOP] if row[t] >= threshold] for row in scores]


def matrix(decided):
    predicted = np.zeros((len(decided), TAGS), dtype=bool)
    for row, tags in enumerate(decided):
        predicted[row, tags] = True
    return predicted


def sets(matrix):
    return [[int(tag) for tag in np.flatnonzero(row)] for row in matrix]


def occurring(gold):
    """The tags that some record has: macro averages are over these."""
    return np.flatnonzero(gold.any(axis=0))


def averages(gold, predicted):
    names = ("precision", "recall", "f1")
    figures = {}
    for average in ("micro", "macro", "weighted", "samples"):
        labels = occurring(gold) if average == "macro" else None
        values = metrics.precision_recall_fscore_support(
            gold, predicted, average=average, labels=labels, zero_division=0
        )
        figures[average] = dict(zip(names, map(float, values)))
    return figures


def per_tag(gold, scores, predicted):
    columns = metrics.precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
    average_precision = metrics.average_precision_score(gold, scores, average=None)
    return [
        {
            "support": int(columns[3][tag]),
            "predicted": int(predicted[:, tag].sum()),
            "true_positives": int((gold & predicted)[:, tag].sum()),
            "precision": float(columns[0][tag]),
            "recall": float(columns[1][tag]),
            "f1": float(columns[2][tag]),
            "average_precision": float(average_precision[tag]) if gold[:, tag].any() else None,
        }
        for tag in range(TAGS)
    ]


def top(gold, scores, k):
    """P@k and R@k of the records with gold tags, which scikit-learn does not have."""
    pairs = [(set(np.flatnonzero(g)), set(np.argsort(-s)[:k])) for g, s in zip(gold, scores) if g.any()]
    hits = [(len(g & best), len(g)) for g, best in pairs]
    return float(np.mean([h / k for h, _ in hits])), float(np.mean([h / n for h, n in hits]))


def ranking(gold, scores):
    labelled = gold.any(axis=1)
    return {
        "precision": [top(gold, scores, k)[0] for k in range(1, TAGS + 1)],
        "recall": [top(gold, scores, k)[1] for k in range(1, TAGS + 1)],
        "ndcg": [
            float(metrics.ndcg_score(gold[labelled], scores[labelled], k=k)) for k in range(1, TAGS + 1)
        ],
    }


def by_score(gold, scores):
    """The figures that are defined for equal scores too."""
    return {
        "lrap": float(metrics.label_ranking_average_precision_score(gold, scores)),
        "coverage_error": float(metrics.coverage_error(gold, scores)),
        "average_precision": [
            float(metrics.average_precision_score(gold[:, tag], scores[:, tag])) if gold[:, tag].any() else None
            for tag in range(TAGS)
        ],
        "macro_average_precision": float(
            metrics.average_precision_score(gold[:, occurring(gold)], scores[:, occurring(gold)], average="macro")
        ),
    }


def reliability(right, probability):
    """The bins that are not empty, and the expected calibration error, which scikit-learn does not have."""
    share_right, mean_probability = calibration_curve(right, probability, n_bins=10)
    edges = np.linspace(0, 1, 11)
    counts = np.bincount(np.searchsorted(edges[1:-1], probability), minlength=10)
    filled = counts[counts > 0]
    return {
        "counts": counts.tolist(),
        "mean_probability": mean_probability.tolist(),
        "share_right": share_right.tolist(),
        "ece": float(np.sum(filled / filled.sum() * np.abs(mean_probability - share_right))),
    }


def curve(gold, scores):
    """Of all scores alike, from the highest threshold to the lowest, without the point that scikit-learn adds."""
    precision, recall, thresholds = metrics.precision_recall_curve(gold.ravel(), scores.ravel())
    return {
        "thresholds": thresholds[::-1].tolist(),
        "precision": precision[-2::-1].tolist(),
        "recall": recall[-2::-1].tolist(),
        "average_precision": float(metrics.average_precision_score(gold, scores, average="micro")),
    }


def at_thresholds(gold, scores):
    """What the rule decides at other thresholds."""
    thresholds = (0.0, 0.25, 0.5, 0.75)
    return [
        {"threshold": threshold} | averages(gold, matrix(decide(scores, threshold)))["micro"]
        for threshold in thresholds
    ]


def f1(gold, predicted, average):
    """f1_score in few operations; main compares the two."""
    right, both = (gold & predicted).sum(axis=0), gold.sum(axis=0) + predicted.sum(axis=0)
    if average == "micro":
        return 2 * right.sum() / max(both.sum(), 1)
    tags = occurring(gold)
    return float(np.mean(2 * right[tags] / both[tags]))


def intervals(gold, scores, predicted):
    """Percentile bootstrap intervals of figures of all kinds: of counts, of decisions, of scores."""
    best = np.argmax(scores, axis=1)
    figures = {
        "micro_f1": lambda rows: f1(gold[rows], predicted[rows], "micro"),
        "macro_f1": lambda rows: f1(gold[rows], predicted[rows], "macro"),
        "exact_match": lambda rows: float(np.mean((gold[rows] == predicted[rows]).all(axis=1))),
        "p_at_1": lambda rows: float(np.mean(gold[rows, best[rows]][gold[rows].any(axis=1)])),
    }
    found = {}
    for name, figure in figures.items():
        interval = stats.bootstrap(
            (np.arange(RECORDS),),
            figure,
            vectorized=False,
            method="percentile",
            n_resamples=RESAMPLES,
            random_state=np.random.default_rng(1),
        ).confidence_interval
        found[name] = [float(interval.low), float(interval.high)]
    return found


def exchanges(gold, predicted, other):
    """Exact p-values of paired randomisation tests on a few records."""
    rows = np.arange(EXCHANGED)
    gold, both = gold[rows], np.vstack([predicted[rows], other[rows]])
    found = {}
    for average in ("micro", "macro"):

        def difference(a, b):
            return f1(gold, both[b], average) - f1(gold, both[a], average)

        test = stats.permutation_test(
            (rows, rows + EXCHANGED), difference, permutation_type="samples", vectorized=False, n_resamples=np.inf
        )
        found[f"{average}_f1"] = {"difference": float(test.statistic), "p_value": float(test.pvalue)}
    return found


def main():
    gold, scores, decided = inputs()
    predicted = matrix(decided)
    other = decide(scores, 0.6)
    for average in ("micro", "macro"):
        assert np.isclose(f1(gold, predicted, average), averages(gold, predicted)[average]["f1"])
    assert any(not g.any() and not p.any() for g, p in zip(gold, predicted)), "no record with neither"
    tied = np.round(scores, 1).astype(np.float32).astype(np.float64)

    golden = {
        "generator": "tests/golden/metrics.py",
        "versions": {
            "scikit-learn": sklearn.__version__,
            "scipy": scipy.__version__,
            "numpy": np.__version__,
        },
        "gold": sets(gold),
        "decided": decided,
        "scores": scores.tolist(),
        "averages": averages(gold, predicted),
        "exact_match": float(metrics.accuracy_score(gold, predicted)),
        "no_tag_share": float(np.mean(~predicted.any(axis=1))),
        "mean_tags": float(predicted.sum(axis=1).mean()),
        "tags": per_tag(gold, scores, predicted),
        "ranking": ranking(gold, scores),
        "by_score": by_score(gold, scores),
        "reliability_of_decided": reliability(gold[predicted], scores[predicted]),
        "reliability_of_all": reliability(gold.ravel(), scores.ravel()),
        "calibration_errors": [reliability(gold[:, tag], scores[:, tag])["ece"] for tag in range(TAGS)],
        "curve": curve(gold, scores),
        "at_thresholds": at_thresholds(gold, scores),
        "intervals": intervals(gold, scores, predicted),
        "other_decided": other,
        "exchanges": exchanges(gold, predicted, matrix(other)),
        "tied_scores": tied.tolist(),
        "by_tied_score": by_score(gold, tied),
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
