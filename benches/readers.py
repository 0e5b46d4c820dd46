"""How reading grows: processor time and peak memory of each reader at n, 2n, 4n and 8n, and the exponent.

    python3 readers.py --tagwright BIN [--megabytes N] [--only WORD]

The largest file has N megabytes (50 unless told otherwise). The exponent is the slope of a straight line through the
logarithms of size and time, less the time of starting: 1 is linear, 2 quadratic.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = "a small tool that reads logs from a queue and writes tables for the web, quickly; ".split()


def text(number):
    return " ".join(WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(60))


def record(number):
    return {"id": number, "name": f"acme/tool-{number}", "description": text(number), "tags": []}


def lines(make):
    """Lines of a file, one after the other."""
    return lambda megabytes: fill(megabytes, lambda number: make(number) + "\n")


def fill(megabytes, make, start="", end=""):
    parts, size, number = [start], 0, 0
    while size < megabytes * 1_000_000:
        parts.append(make(number))
        size += len(parts[-1])
        number += 1
    return "".join(parts) + end


def array(make):
    return lambda megabytes: fill(megabytes, lambda number: ("," if number else "") + make(number), "[", "]")


def row(number):
    return f'{number},acme/tool-{number},"{text(number)}",[]'


def github(number):
    return json.dumps({"full_name": f"acme/tool-{number}", "description": text(number), "topics": ["cli"]})


CHECK = ["data", "check", "{file}", "--taxonomy", "{taxonomy}", "--format", "jsonl"]
PREDICT = ["predict", "{file}", "--jobs", "2"]
IMPORT = ["data", "import", "{file}", "-o", "{out}", "--taxonomy", "{taxonomy}"]
TAXONOMY = ["data", "check", "{one}", "--taxonomy", "{file}"]
EVALUATE = ["evaluate", "{one}", "--taxonomy", "{taxonomy}", "--predictions", "{file}"]


HEADER = "id,name,description,tags\n"
READERS = {
    "JSON Lines": (".jsonl", CHECK, lines(lambda number: json.dumps(record(number)))),
    "JSON Lines, predicted": (".jsonl", PREDICT, lines(lambda number: json.dumps(record(number)))),
    "JSON Lines, all broken": (".jsonl", PREDICT, lines(lambda number: json.dumps(record(number))[:-2])),
    "JSON Lines, one line": (".jsonl", PREDICT, lambda mb: json.dumps({"id": 1, "x": "y" * int(mb * 1e6)})),
    "JSON, array": (".json", CHECK, array(lambda number: json.dumps(record(number)))),
    "JSON, pretty": (".json", CHECK, array(lambda number: json.dumps(record(number), indent=2))),
    "JSON, arrays": (".json", CHECK, lines(lambda number: json.dumps([record(number)]))),
    "JSON, open brackets": (".json", PREDICT, lambda mb: "[" * int(mb * 1e6)),
    "CSV": (".csv", CHECK, lambda mb: fill(mb, lambda number: row(number) + "\n", HEADER)),
    "CSV, cells of lines": (".csv", CHECK, lambda mb: fill(mb, lambda n: row(n).replace(" ", "\n") + "\n", HEADER)),
    "CSV, every quote open": (".csv", PREDICT, lambda mb: fill(mb, lambda n: row(n).replace('",', ",") + "\n", HEADER)),
    "CSV, one quote open": (".csv", PREDICT, lambda mb: fill(mb, lambda n: f"{n},a,b,c\n", HEADER + '1,a,b,"c\n')),
    "CSV, quotes": (".csv", PREDICT, lambda mb: HEADER + '"' * int(mb * 1e6)),
    "text": (".md", PREDICT, lambda mb: fill(mb, text)),
    "taxonomy": (".json", TAXONOMY, array(lambda n: json.dumps({"id": n, "name": f"tag-{n}", "definition": text(n) * 2}))),
    "predictions": (".jsonl", EVALUATE, lambda mb: lines(lambda n: json.dumps({"id": n, "tags": [], "x": text(n)}))(mb)),
    "GitHub": (".json", IMPORT, array(github)),
    "GitHub, items": (".json", IMPORT, lambda mb: '{"items":' + array(github)(mb) + "}"),
    "fastText": (".txt", IMPORT, lines(lambda number: f"__label__cli {text(number)}")),
    "Markdown list": (".md", IMPORT, lambda mb: fill(mb, lambda n: f"- [t](https://github.com/a/t{n}) - {text(n)}\n", "## cli\n\n")),
}


def write(file, make, megabytes):
    """In a process of its own, because the memory that it needs would be counted for the next one that is started."""
    pid = os.fork()
    if pid == 0:
        file.write_text(make(megabytes), encoding="utf-8")
        os._exit(0)
    os.waitpid(pid, 0)


def run(arguments):
    """Seconds of all processors together, peak memory in MB, and the exit code."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def slope(points):
    logs = [(math.log(size), math.log(max(seconds, 1e-4))) for size, seconds in points]
    mean_x, mean_y = (sum(log[axis] for log in logs) / len(logs) for axis in (0, 1))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagwright", required=True)
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        names = {name: folder / file for name, file in
                 [("taxonomy", "taxonomy.json"), ("one", "one.jsonl"), ("out", "out.jsonl")]}
        names["taxonomy"].write_text('[{"id": 1, "name": "cli"}]')
        names["one"].write_text('{"id": 1, "text": "a tool", "tags": []}\n')
        start = min(run([arguments.tagwright, "predict", names["one"]])[0] for _ in range(5))
        print(f"| Reader | {' | '.join(f'{arguments.megabytes / part:g} MB' for part in (8, 4, 2, 1))} | exponent | MB | exit |")
        print("|---|---|---|---|---|---|---|---|")
        for name, (ending, command, make) in READERS.items():
            if arguments.only not in name:
                continue
            points = []
            for part in (8, 4, 2, 1):
                file = folder / f"file{ending}"
                write(file, make, arguments.megabytes / part)
                call = [part.format(file=file, **names) for part in command]
                seconds, memory, code = min(run([arguments.tagwright, *call]) for _ in range(3))
                points.append((arguments.megabytes / part, max(seconds - start, 1e-3)))
                if code < 0 or code > 2:
                    sys.exit(f"{name}: exit code {code}")
            times = " | ".join(f"{seconds:.2f} s" for _, seconds in points)
            print(f"| {name} | {times} | {slope(points):.2f} | {memory:.0f} | {code} |", flush=True)


if __name__ == "__main__":
    main()
