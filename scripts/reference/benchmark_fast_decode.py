"""What --fast-decode costs and gains; called by scripts/benchmark-fast-decode."""

import argparse
import glob
import os
import subprocess
import tempfile

import numpy

from stage_times import stage_times


def embed(vit, model, inputs, output, *flags):
    """Vectors, and milliseconds of decoding and of all after loading."""
    command = [vit, "embed", "--quiet", "--timing", "--model", model, "--output", output, *flags]
    said = subprocess.run(
        command + inputs, check=True, text=True, stdin=subprocess.DEVNULL, capture_output=True
    ).stderr
    times = stage_times(said)
    return numpy.load(output), times["decode"], times["total"] - times["load"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vit", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--model", default="box")
    parser.add_argument("--only", help="one of the rows")
    arguments = parser.parse_args()
    shards = os.path.join(arguments.data, "eval")
    sets = [
        ("photographs", sorted(glob.glob(f"{arguments.data}/photos/*.jpg"))),
        ("imagenet-sample", [f"{shards}/imagenet-sample-0000.tar"]),
        ("caltech-101", [f"{shards}/caltech-101-heldout-0000.tar"]),
        ("flickr8k", [f"{shards}/flickr8k-test-0000.tar"]),
        ("1 to 12 megapixels", [arguments.folder]),
    ]
    print("| | images | changed | cosine, mean | least | decoding | all |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as scratch:
        for name, inputs in sets:
            if arguments.only not in (None, name) or not inputs or not os.path.exists(inputs[0]):
                continue
            output = os.path.join(scratch, "vectors.npy")
            full, decode, total = embed(arguments.vit, arguments.model, inputs, output)
            fast, fast_decode, fast_total = embed(
                arguments.vit, arguments.model, inputs, output, "--fast-decode"
            )
            changed = (full != fast).any(axis=1)
            cosine = (full.astype(numpy.float64) * fast).sum(axis=1)[changed]
            mean, least = (f"{cosine.mean():.4f}", f"{cosine.min():.4f}") if len(cosine) else ("", "")
            print(
                f"| {name} | {len(full):,} | {changed.sum():,} | {mean} | {least} "
                f"| {decode / fast_decode:.2f} × | {total / fast_total:.2f} × |",
                flush=True,
            )


main()
