#!/usr/bin/env bash
# One row of EXPERIMENTS.md: trains with a settings file, prints cross-validated figures and those on other records.
#
#   training/experiment.sh SETTINGS.toml TRAIN DEV
set -euo pipefail
settings=$1 train=$2 dev=$3
here=$(dirname "$0")
tagwright=${TAGWRIGHT:-tagwright}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tagwright" train "$train" --taxonomy "$here/taxonomy.json" --settings "$settings" \
    --out "$work/model.safetensors" --json "$work/cv.json" 2>"$work/log"
"$tagwright" evaluate "$dev" --model "$work/model.safetensors" --json "$work/dev.json" >/dev/null
python3 - "$settings" "$work" <<'PYTHON'
import json, os, sys

settings, work = sys.argv[1:]
trained = json.load(open(f"{work}/cv.json"))["cross_validation"]
unseen = json.load(open(f"{work}/dev.json"))["figures"]
names = ("p_at_1", "r_at_3", "micro_f1", "macro_f1")
columns = [trained[name] for name in names] + [unseen[name]["value"] for name in names]
size = os.path.getsize(f"{work}/model.safetensors") / 1e6
print(f"| {os.path.basename(settings)} | " + " | ".join(f"{figure:.4f}" for figure in columns) + f" | {size:.1f} |")
PYTHON
