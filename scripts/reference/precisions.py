"""Accuracy and speed of each precision, as a Markdown table. Called by scripts/compare-precisions."""

import argparse
import array
import glob
import json
import math
import os
import subprocess
import sys
import tarfile
import tempfile

PRECISIONS = ("float32", "bfloat16", "int8")
# What is promised: points of top-1 lost at most, share with the same top-1, mean cosine.
PROMISED = {"bfloat16": (0.3, 0.0, 0.999), "int8": (0.5, 0.98, 0.995)}


def vectors(path):
    """Rows of a .npy of float32, format 1.0."""
    with open(path, "rb") as file:
        content = file.read()
    start = 10 + int.from_bytes(content[8:10], "little")
    columns = int(content[10:start].decode().split("'shape': (")[1].split(")")[0].split(",")[1])
    values = array.array("f", content[start:])
    return [values[index:index + columns] for index in range(0, len(values), columns)]


def cosine(first, second):
    def dot(a, b):
        return math.fsum(x * y for x, y in zip(a, b))

    return dot(first, second) / math.sqrt(dot(first, first) * dot(second, second))


def main():
    parser = argparse.ArgumentParser(prog="scripts/compare-precisions")
    parser.add_argument("--vit", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--shard", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--model", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement of speed")
    options = parser.parse_args()

    def vit(*arguments):
        return subprocess.run(
            [options.vit, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    top, embeddings = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(options.shard) as shard:
            shard.extractall(folder, filter="data")
        photos = sorted(glob.glob(os.path.join(folder, "*.jpg")))
        truth = []
        for photo in photos:
            with open(photo[:-4] + ".json") as file:
                truth.append(json.load(file)["index"])
        for precision in PRECISIONS:
            print(f"compare-precisions: {precision}", file=sys.stderr)
            common = ["--quiet", "--model", options.model, "--precision", precision]
            answers = json.loads(
                vit("classify", *common, "--top", "1", "--format", "json", *photos))
            top[precision] = [answer["classes"][0]["index"] for answer in answers]
            output = os.path.join(folder, f"{precision}.npy")
            vit("embed", *common, "--output", output, *photos)
            embeddings[precision] = vectors(output)

    speed = {}
    for model in ("box", "vit-base-32"):
        rows = json.loads(vit(
            "bench", "encode", "--model", model, "--batch-size", "1,8", "--precision",
            ",".join(PRECISIONS), "--seconds", str(options.seconds), "--format", "json"))
        for row in rows:
            rate = 1000 * row["batch_size"] / row["best_ms"]
            speed[model, row["precision"], row["batch_size"]] = f"{rate:.0f}"
            machine = row

    print(f"{len(photos)} photographs; {machine['processor']}, {machine['threads']} threads, "
          f"kernels `{machine['kernel_set']}`\n")
    print("| | top-1 | same top-1 as float32 | cosine with float32, mean (least) "
          "| ViT-Tiny/16, images/s at batch 1, 8 | ViT-B/32 |")
    print("|---|---:|---:|---:|---:|---:|")
    broken = []
    accuracy = {}
    for precision in PRECISIONS:
        def share(other):
            return sum(a == b for a, b in zip(top[precision], other)) / len(photos)

        accuracy[precision] = 100 * share(truth)
        cells = [precision, f"{accuracy[precision]:.1f} %"]
        if precision in PROMISED:
            same = share(top["float32"])
            found = [cosine(*pair) for pair in zip(
                embeddings[precision], embeddings["float32"])]
            mean = math.fsum(found) / len(found)
            cells += [f"{100 * same:.1f} %", f"{mean:.5f} ({min(found):.4f})"]
            points, least_same, least_cosine = PROMISED[precision]
            if (accuracy[precision] < accuracy["float32"] - points or same < least_same
                    or not mean >= least_cosine):
                broken.append(precision)
        else:
            cells += ["", ""]
        for model in ("box", "vit-base-32"):
            cells.append(", ".join(speed[model, precision, batch] for batch in (1, 8)))
        print("| " + " | ".join(cells) + " |")
    if broken:
        sys.exit(f"compare-precisions: {' and '.join(broken)} cost more than the README says")


if __name__ == "__main__":
    main()
