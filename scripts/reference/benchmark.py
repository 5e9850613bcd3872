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


GROUPS = ("images", "formats", "models", "start", "tokens", "texts", "memory")
CAPTION_TOKENS = 16  # COCO's have 13.5 in the mean


class Benchmark:
    """What all groups of rows share. `rows` are in the order of the table."""

    def __init__(self, options, folder):
        self.options = options
        self.seconds = str(options.seconds)
        self.rows = {}
        self.machine = {}
        self.small = os.path.join(folder, "half-megapixel.jpg")
        self.text_folder = os.path.join(folder, "text-tower")
        self.versions, _, _ = self.peer("prepare", options.photo, self.small)
        self.folder = folder
        self.format_files = {}

    def record(self, name, side, values):
        self.rows.setdefault(name, Measurements()).add(
            side, values["best_ms"], values["p50_ms"], values["processor_ms"])

    def vit(self, *arguments):
        text, _, _ = run([self.options.vit, *arguments])
        return text

    def bench(self, *arguments):
        result = json.loads(self.vit(
            "bench", *arguments, "--format", "json", "--seconds", self.seconds))
        self.machine = result[0]
        return result

    def peer(self, *arguments):
        text, wall, peak = run([sys.executable, PEER, *arguments])
        return json.loads(text), wall, peak

    # Groups: a check that both sides compute the same, and a round.

    def check_images(self):
        ours = json.loads(self.vit(
            "classify", "--quiet", "--format", "json", "--top", "1", self.small))[0]["classes"][0]
        theirs, _, _ = self.peer("classify", self.small, self.options.model)
        if ours["index"] != theirs["index"] or abs(ours["score"] - theirs["score"]) > 2e-3:
            disagree(f"{ours} and {theirs}")

    def images(self, _):
        photo = self.options.photo
        names = {
            "decode": f"decode a {self.versions['megapixels']:.0f}-megapixel JPEG",
            "preprocess": "preprocess it to 224 × 224",
            "decode_and_preprocess": "both",
        }
        for row in self.bench("decode", photo) + self.bench("preprocess", photo):
            self.record(names[row["stage"]], "vit", row)
        stages, _, _ = self.peer("images", photo, self.options.model, self.seconds)
        for stage, values in stages.items():
            self.record(names[stage], "python", values)

    def prepare_formats(self):
        self.format_files, _, _ = self.peer("write_formats", self.options.photo, self.folder)

    def formats(self, _):
        for name, path in self.format_files.items():
            row = f"decode it as {name}"
            self.record(row, "vit", self.bench("decode", path)[0])
            values, _, _ = self.peer("decode", path, self.seconds)
            self.record(row, "python", values)

    def models(self, _):
        names = {1: "ViT-Tiny, one image", 8: "ViT-Tiny, a batch of eight"}
        for row in self.bench("encode", "--model", "box", "--batch-size", "1,8"):
            self.record(names[row["batch_size"]], "vit", row)
        batches, _, _ = self.peer("model", self.options.model, self.seconds)
        for batch, values in batches.items():
            self.record(names[int(batch)], "python", values)

    def start(self, number):
        command = [self.options.vit, "classify", "--quiet", self.small]
        times = [run(command)[1] for _ in range(7)]
        row = self.rows.setdefault(
            "classify, process start to answer, half a megapixel", Measurements())
        row.add("vit", 1000 * min(times), 1000 * statistics.median(times))
        if number < 2:
            _, wall, _ = self.peer("classify", self.small, self.options.model)
            row.add("python", 1000 * wall, 1000 * wall)

    def check_tokens(self):
        lines = self.vit(
            "tokenize", "--tokenizer", self.options.tokenizer, "--texts-file",
            self.options.captions, "--format", "jsonl").splitlines()
        ours = [json.loads(line)["ids"] for line in lines]
        theirs, _, _ = self.peer("ids", self.options.tokenizer, self.options.captions)
        if ours != theirs:
            disagree(f"the ids of {sum(a != b for a, b in zip(ours, theirs))} captions")

    def tokens(self, _):
        row = self.bench(
            "tokenize", "--tokenizer", self.options.tokenizer, "--threads", "1",
            self.options.captions)[0]
        name = f"tokenise {row['text_count']:,} COCO captions"
        names = {"first": f"{name}, first pass, one thread", "repeated": f"{name}, again"}
        first = row["first_pass_ms"]
        self.record(
            names["first"], "vit", {"best_ms": first, "p50_ms": first, "processor_ms": first})
        self.record(names["repeated"], "vit", row)
        passes, _, _ = self.peer(
            "tokenize", self.options.tokenizer, self.options.captions, self.seconds)
        for which, values in passes.items():
            self.record(names[which], "python", values)

    def check_texts(self):
        self.peer("text_model", self.text_folder, self.options.tokenizer)
        sentences = ["a photo of a cat.", "Two people on a beach, one of whom is reading a book"]
        lines = self.vit(
            "embed", "--quiet", "--model", self.text_folder,
            *(part for sentence in sentences for part in ("--text", sentence))).splitlines()
        theirs, _, _ = self.peer("embed", self.text_folder, *sentences)
        for line, reference in zip(lines, theirs, strict=True):
            vector = json.loads(line)["embedding"]
            worst = max(abs(a - b) for a, b in zip(vector, reference, strict=True))
            if worst > 1e-5:
                disagree(f"text vectors that differ by {worst:.1e}")

    def texts(self, _):
        name = f"ViT-B/32's text tower, {{}} of {CAPTION_TOKENS} tokens"
        names = {1: name.format("one caption"), 64: name.format("64 captions")}
        for row in self.bench(
                "encode", "--model", self.text_folder, "--batch-size", "1,64",
                "--caption-tokens", str(CAPTION_TOKENS)):
            self.record(names[row["batch_size"]], "vit", row)
        batches, _, _ = self.peer("text", self.text_folder, str(CAPTION_TOKENS), self.seconds)
        for batch, values in batches.items():
            self.record(names[int(batch)], "python", values)

    def memory(self):
        """Peaks of embedding the large photograph, and the most that ours may be."""
        photo = self.options.photo
        _, _, ours = run([self.options.vit, "embed", "--quiet", photo])
        _, _, theirs = self.peer("classify", photo, self.options.model)
        weights = self.bench("encode", "--model", "box", "--batch-size", "1")[0]["weight_bytes"]
        return ours, theirs, weights + MEMORY_BESIDE_WEIGHTS


def disagree(what):
    sys.exit(
        f"benchmark: the two sides do not compute the same: {what}; speed means nothing before "
        "they do")


def write_table(benchmark, peaks):
    options, versions, machine = benchmark.options, benchmark.versions, benchmark.machine
    print(
        f"{processor_name(machine['processor'])}, {versions['threads']} threads, kernels "
        f"{machine['kernel_set']}; Pillow {versions['pillow']}, pillow-heif "
        f"{versions['pillow_heif']}, PyTorch {versions['torch']} "
        f"({versions['threads']} threads), timm {versions['timm']}, transformers "
        f"{versions['transformers']}, tokenizers {versions['tokenizers']}; {options.rounds} "
        "alternating rounds; milliseconds, best / median.\n")
    header = ["", "`vit`", "Python", "ratio of the best", "of the medians"]
    if options.processor_time:
        header += ["processor time `vit`", "Python"]
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for name, measured in benchmark.rows.items():
        best = {side: min(values) for side, values in measured.best.items()}
        median = {side: statistics.median(values) for side, values in measured.median.items()}
        cells = [
            name, cell(best["vit"], median["vit"]), cell(best["python"], median["python"]),
            f"{best['python'] / best['vit']:.2f} ×", f"{median['python'] / median['vit']:.2f} ×"]
        if options.processor_time:
            cells += [
                milliseconds(min(values)) if values else ""
                for values in measured.processor.values()]
        print("| " + " | ".join(cells) + " |")
    if peaks:
        ours, theirs, _ = peaks
        cells = [
            f"peak memory of embedding the {versions['megapixels']:.0f}-megapixel JPEG",
            f"{ours / 1e6:.0f} MB", f"{theirs / 1e6:.0f} MB", f"{theirs / ours:.2f} ×", ""]
        print("| " + " | ".join(cells + [""] * (len(header) - len(cells))) + " |")


def main():
    parser = argparse.ArgumentParser()
    for name in ("vit", "photo", "model", "tokenizer", "captions"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--only", choices=GROUPS, action="append")
    parser.add_argument("--processor-time", action="store_true")
    options = parser.parse_args()
    groups = [group for group in GROUPS if not options.only or group in options.only]

    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(options, folder)
        note("comparing the answers")
        if {"images", "models", "start"} & set(groups):
            benchmark.check_images()
        if "formats" in groups:
            benchmark.prepare_formats()
        if "tokens" in groups:
            benchmark.check_tokens()
        if "texts" in groups:
            benchmark.check_texts()
        for number in range(options.rounds):
            note(f"round {number + 1} of {options.rounds}")
            for group in groups:
                if group != "memory":
                    getattr(benchmark, group)(number)
        peaks = None
        if "memory" in groups:
            note("memory")
            peaks = benchmark.memory()
        write_table(benchmark, peaks)
    if peaks and peaks[0] > peaks[2]:
        sys.exit(
            f"benchmark: embedding took {peaks[0] / 1e6:.0f} MB, more than the weights and "
            f"{MEMORY_BESIDE_WEIGHTS / 1e6:.0f} MB, {peaks[2] / 1e6:.0f} MB together")


if __name__ == "__main__":
    main()
