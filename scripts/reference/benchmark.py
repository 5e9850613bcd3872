"""Runs `vit` and its Python counterparts in turn and prints a Markdown table.

Called by scripts/benchmark. Every measurement is a process of its own; rounds alternate between the
two sides, so that both see the same machine. This process imports little: what it starts begins
with its memory, which would count in a peak.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "benchmark_peer.py")
MEMORY_BESIDE_WEIGHTS = 250e6  # the promise: packed weights and so much more, at most


def note(text):
    print(f"benchmark: {text}", file=sys.stderr)


def run(command):
    """Output, wall seconds and peak resident bytes of a process."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"benchmark: {' '.join(command)}: exit status {process.returncode}")
        output.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return output.read().decode(), seconds, usage.ru_maxrss * unit


class Measurements:
    """Times of one row, of both sides, in ms: the best of all rounds, the median of their medians."""

    def __init__(self):
        self.best, self.median, self.processor = ({"vit": [], "python": []} for _ in range(3))

    def add(self, side, best, median, processor=None):
        self.best[side].append(best)
        self.median[side].append(median)
        if processor is not None:
            self.processor[side].append(processor)


def milliseconds(value):
    return f"{value:.{0 if value >= 1000 else 1 if value >= 10 else 2}f}"


def cell(best, median):
    return f"{milliseconds(best)} / {milliseconds(median)}"


def processor_name(vit_name):
    fields = {}
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                key, _, value = line.partition(":")
                fields.setdefault(key.strip(), value.strip())
    except OSError:
        pass
    if "cpu family" in fields:
        return f"{vit_name} (family {fields['cpu family']}, model {fields['model']})"
    return vit_name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vit", required=True)
    parser.add_argument("--photo", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--processor-time", action="store_true")
    options = parser.parse_args()
    seconds = str(options.seconds)
    rows = {}

    def record(name, side, values):
        rows.setdefault(name, Measurements()).add(
            side, values["best_ms"], values["p50_ms"], values["processor_ms"])

    def bench(*arguments):
        text, _, _ = run([
            options.vit, "bench", *arguments, "--format", "json", "--seconds", seconds])
        return json.loads(text)

    def peer(*arguments):
        text, wall, peak = run([sys.executable, PEER, *arguments])
        return json.loads(text), wall, peak

    with tempfile.TemporaryDirectory() as folder:
        small = os.path.join(folder, "half-megapixel.jpg")
        versions, _, _ = peer("prepare", options.photo, small)

        note("comparing the answers")
        text, _, _ = run([
            options.vit, "classify", "--quiet", "--format", "json", "--top", "1", small])
        ours = json.loads(text)[0]["classes"][0]
        theirs, _, _ = peer("classify", small, options.model)
        if ours["index"] != theirs["index"] or abs(ours["score"] - theirs["score"]) > 2e-3:
            sys.exit(
                f"benchmark: the two sides do not compute the same: {ours} and {theirs}; "
                "speed means nothing before they do")

        megapixels = versions["megapixels"]
        names = {
            "decode": f"decode a {megapixels:.0f}-megapixel JPEG",
            "preprocess": f"preprocess it to 224 × 224",
            "decode_and_preprocess": "both",
            1: "ViT-Tiny, one image",
            8: "ViT-Tiny, a batch of eight",
            "classify": "classify, process start to answer, half a megapixel",
        }
        machine = {}
        for number in range(options.rounds):
            note(f"round {number + 1} of {options.rounds}")
            for row in bench("decode", options.photo) + bench("preprocess", options.photo):
                record(names[row["stage"]], "vit", row)
            stages, _, _ = peer("images", options.photo, options.model, seconds)
            for stage, values in stages.items():
                record(names[stage], "python", values)
            for row in bench("encode", "--model", "box", "--batch-size", "1,8"):
                record(names[row["batch_size"]], "vit", row)
                machine = row
            batches, _, _ = peer("model", options.model, seconds)
            for batch, values in batches.items():
                record(names[int(batch)], "python", values)
            times = [run([options.vit, "classify", "--quiet", small])[1] for _ in range(7)]
            starts = rows.setdefault(names["classify"], Measurements())
            starts.add("vit", 1000 * min(times), 1000 * statistics.median(times))
            if number < 2:
                _, wall, _ = peer("classify", small, options.model)
                starts.add("python", 1000 * wall, 1000 * wall)

        note("memory")
        _, _, our_peak = run([options.vit, "embed", "--quiet", options.photo])
        _, _, their_peak = peer("classify", options.photo, options.model)

    name = processor_name(machine["processor"])
    print(
        f"{name}, {machine['threads']} threads, kernels {machine['kernel_set']}; "
        f"Pillow {versions['pillow']}, PyTorch {versions['torch']} ({versions['threads']} "
        f"threads), timm {versions['timm']}; {options.rounds} alternating rounds; "
        "milliseconds, best / median.\n")
    header = ["", "`vit`", "Python", "ratio of the best", "of the medians"]
    if options.processor_time:
        header += ["processor time `vit`", "Python"]
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for row in names.values():
        measured = rows[row]
        best = {side: min(values) for side, values in measured.best.items()}
        median = {side: statistics.median(values) for side, values in measured.median.items()}
        cells = [
            row, cell(best["vit"], median["vit"]), cell(best["python"], median["python"]),
            f"{best['python'] / best['vit']:.2f} ×", f"{median['python'] / median['vit']:.2f} ×"]
        if options.processor_time:
            cells += [
                milliseconds(min(values)) if values else ""
                for values in measured.processor.values()]
        print("| " + " | ".join(cells) + " |")
    limit = machine["weight_bytes"] + MEMORY_BESIDE_WEIGHTS
    cells = [
        f"peak memory of embedding the {megapixels:.0f}-megapixel JPEG",
        f"{our_peak / 1e6:.0f} MB", f"{their_peak / 1e6:.0f} MB",
        f"{their_peak / our_peak:.2f} ×", ""]
    print("| " + " | ".join(cells + [""] * (len(header) - len(cells))) + " |")
    if our_peak > limit:
        sys.exit(
            f"benchmark: embedding took {our_peak / 1e6:.0f} MB, more than the weights and "
            f"{MEMORY_BESIDE_WEIGHTS / 1e6:.0f} MB, {limit / 1e6:.0f} MB together")


if __name__ == "__main__":
    main()
