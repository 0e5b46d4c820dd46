#!/usr/bin/env bash
# How much more labels would help: the figures of models trained on 1/16, 1/8, 1/4, 1/2 and all of the records.
#
#   training/learning-curve.sh TRAIN.jsonl.gz DEV [CURVE.json]
#
# Prints a row of EXPERIMENTS.md for each. CURVE.json holds the figures on DEV as a JSON array of
# {"records", "p_at_1", "micro_f1", "macro_f1"}, for `tagwright evaluate --learning-curve`.
set -euo pipefail
train=$1 dev=$2 curve=${3:-/dev/null}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/defaults.toml"

separator='['
for share in 16 8 4 2 1; do
    gzip -dc "$train" | awk "NR % $share == 0" | gzip -1 >"$work/part.jsonl.gz"
    records=$(gzip -dc "$work/part.jsonl.gz" | wc -l)
    row=$("$here/experiment.sh" "$work/defaults.toml" "$work/part.jsonl.gz" "$dev")
    echo "$records records: $row"
    # The columns of a row: settings, P@1, R@3, micro-F1 and macro-F1 of the cross-validation, the same on DEV, size.
    awk -F ' *[|] *' -v before="$separator" -v records="$records" \
        '{ printf "%s\n{\"records\": %d, \"p_at_1\": %s, \"micro_f1\": %s, \"macro_f1\": %s}", before, records, $7, $9, $10 }' \
        <<<"$row" >>"$work/curve.json"
    separator=','
done
printf '\n]\n' >>"$work/curve.json"
cat "$work/curve.json" >"$curve"
