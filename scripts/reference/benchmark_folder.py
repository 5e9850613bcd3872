"""Times `vit embed` of a folder beside its stages alone; called by scripts/benchmark-folder."""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile

from PIL import Image

from stage_times import stage_times

COUNT = 1000
MEGAPIXELS = (1, 12)


def make_one(task):
    """One JPEG: a photograph in another size, as a camera would write it."""
    source, target, pixels, quality, progressive = task
    if os.path.exists(target):
        return
    image = Image.open(source).convert("RGB")
    factor = (pixels / (image.width * image.height)) ** 0.5
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    image = image.resize(size, Image.Resampling.BICUBIC)
    temporary = target + ".part"
    image.save(temporary, "JPEG", quality=quality, subsampling="4:2:0", progressive=progressive)
    os.replace(temporary, target)


def make(photos, folder):
    sources = sorted(
        name for name in os.listdir(photos) if name.lower().endswith((".jpg", ".png"))
    )
    os.makedirs(folder, exist_ok=True)
    chance = random.Random(9)
    tasks = []
    for index in range(COUNT):
        tasks.append(
            (
                os.path.join(photos, sources[index % len(sources)]),
                os.path.join(folder, f"{index:04}.jpg"),
                chance.uniform(*MEGAPIXELS) * 1e6,
                chance.choice((80, 90, 95)),
                chance.random() < 0.1,
            )
        )
    if all(os.path.exists(target) for _, target, *_ in tasks):
        return
    with multiprocessing.Pool() as pool:
        for done, _ in enumerate(pool.imap(make_one, tasks, chunksize=4), 1):
            if done % 100 == 0:
                print(f"benchmark-folder: {done} of {COUNT} JPEGs", file=sys.stderr)


def seconds(command):
    """What a run took after the model was loaded, as --timing says it."""
    said = subprocess.run(
        command + ["--timing"], check=True, text=True, stdin=subprocess.DEVNULL, capture_output=True
    ).stderr
    times = stage_times(said)
    return (times["total"] - times["load"]) / 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vit", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--model", default="box")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--make", action="store_true")
    arguments = parser.parse_args()
    make(arguments.photos, arguments.folder)
    if arguments.make:
        return
    model = ["--model", arguments.model, "--precision", arguments.precision]
    rates = {"decode": [], "encode": [], "folder": []}
    with tempfile.TemporaryDirectory() as scratch:
        nowhere = os.path.join(scratch, "nowhere.npy")
        os.symlink(os.devnull, nowhere)
        for _ in range(arguments.rounds):
            run = [arguments.vit, "preprocess", *model, "--output", nowhere, arguments.folder]
            rates["decode"].append(COUNT / seconds(run))
            run = [arguments.vit, "bench", *model, "--batch-size", "8", "--format", "json"]
            rows = json.loads(subprocess.run(run, check=True, capture_output=True).stdout)
            rates["encode"].append(rows[0]["images_per_second"])
            output = os.path.join(scratch, "vectors.npy")
            run = [arguments.vit, "embed", *model, "--output", output, arguments.folder]
            rates["folder"].append(COUNT / seconds(run))
    x, y, rate = (statistics.median(rates[stage]) for stage in ("decode", "encode", "folder"))
    bound = 1 / (1 / x + 1 / y)
    print(
        f"{COUNT} JPEGs of {MEGAPIXELS[0]} to {MEGAPIXELS[1]} megapixels, {arguments.model} in "
        f"{arguments.precision}: decoding and preprocessing alone {x:.1f} images/s, encoding alone "
        f"{y:.1f}, so at most {bound:.1f}; the folder {rate:.1f}, {rate / bound:.1%} of that"
    )


main()
