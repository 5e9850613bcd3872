"""Times the search of a million vectors; called by scripts/benchmark-search."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time

import numpy

ROWS, SIZE, PART = 1_000_000, 512, 1000


def unit_rows(generator, count):
    rows = generator.standard_normal((count, SIZE), dtype=numpy.float32)
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def make(folder):
    """A folder as vit embed writes it, of random vectors."""
    if os.path.exists(os.path.join(folder, "manifest.json")):
        return
    os.makedirs(folder, exist_ok=True)
    generator = numpy.random.default_rng(9)
    names, parts = hashlib.sha256(), []
    for part in range(ROWS // PART):
        base = os.path.join(folder, f"part-{part:05}")
        numpy.save(base + ".npy", unit_rows(generator, PART))
        inputs = [f"photos/{part * PART + row:07}.jpg" for row in range(PART)]
        with open(base + ".jsonl", "w") as file:
            for row, name in enumerate(inputs):
                file.write(json.dumps({"input": name, "row": row}) + "\n")
        names.update(b"".join(name.encode() + b"\0" for name in inputs))
        digests = {
            f"{kind}_sha256": hashlib.sha256(open(f"{base}.{kind}", "rb").read()).hexdigest()
            for kind in ("npy", "jsonl")
        }
        parts.append({"part": part, "inputs": PART, "vectors": PART, **digests})
    manifest = {
        "format": "vit vectors 1", "complete": True, "shard": "0/1", "part_size": PART,
        "input_count": ROWS, "inputs_sha256": names.hexdigest(), "embedding_size": SIZE,
        "made_with": {"weights_sha256": "random"}, "options": {}, "vector_count": ROWS,
        "failed_count": 0, "parts": parts, "failures": [],
    }
    with open(os.path.join(folder, "manifest.json"), "w") as file:
        json.dump(manifest, file)


def search(vit, folder, queries):
    """Seconds, peak resident bytes and the answer."""
    command = [vit, "similarity", "--vectors", queries, "--vectors", folder, "--best", "10"]
    start = time.perf_counter()
    process = subprocess.Popen(command + ["--format", "json"], stdout=subprocess.PIPE)
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"benchmark-search: exit status {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, usage.ru_maxrss * unit, json.loads(answer)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vit", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--make", action="store_true")
    arguments = parser.parse_args()
    make(arguments.folder)
    if arguments.make:
        return
    for count in (1, 100):
        generator = numpy.random.default_rng(count)
        queries = unit_rows(generator, count)
        path = f"{arguments.folder}-{count}-queries.npy"
        numpy.save(path, queries)
        with open(path[:-4] + ".jsonl", "w") as file:
            for row in range(count):
                file.write(json.dumps({"input": f"query {row}", "row": row}) + "\n")
        runs = [search(arguments.vit, arguments.folder, path) for _ in range(3)]
        # Against NumPy, part by part, the first query.
        scores = numpy.concatenate(
            [
                numpy.load(f"{arguments.folder}/part-{part:05}.npy", mmap_mode="r") @ queries[0]
                for part in range(ROWS // PART)
            ]
        )
        best = numpy.argsort(-scores, kind="stable")[:10]
        answer = runs[0][2]
        found = [item["input"] for item in answer["best"][0]]
        if found != [f"photos/{row:07}.jpg" for row in best]:
            sys.exit("benchmark-search: not the rows that NumPy finds")
        print(
            f"{count} queries in {ROWS:,} × {SIZE}, best 10: "
            f"{min(run[0] for run in runs):.2f} s, at most {max(run[1] for run in runs) / 1e6:.0f} MB"
        )


main()
