"""Times `vit` and its peers in turn and prints a Markdown table. Called by scripts/compare-peers.

Each contender is a process of its own that loads the model once and then waits for its turns. A round
gives each a short turn, in an order that changes from round to round, so that all see the same
machine; nobody spins while another is measured. Peers have their variants of settings tried first,
and go on with the fastest; one that is far behind another has no more turns after three.
"""

import argparse
import importlib.metadata
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
BATCHES = (1, 8)
PRECISIONS = ("float32", "bfloat16", "int8")
MODELS = ("vit-base-32", "vit-base-16", "vit-tiny")
NAMES = {
    "vit-base-32": "ViT-B/32", "vit-base-16": "ViT-B/16", "vit-tiny": "ViT-Tiny/16"}
VIT = ("vit", "")
# The least cosine of vectors of photographs with those of `vit` in the same precision; in int8 with
# those in float32, because each quantises in its own way.
AGREEMENT = {"float32": 0.99999, "bfloat16": 0.999, "int8": 0.97}


def note(text):
    print(f"compare-peers: {text}", file=sys.stderr, flush=True)


def variants(precision, batch):
    """(runtime, variant) of every peer that has this precision."""
    result = [("OpenVINO", "latency")]
    if precision == "int8":
        result.append(("OpenVINO", "latency, rest bf16"))
    if batch > 1:
        result += [(name, f"{kind.replace('latency', 'streams')}") for name, kind in result]
    if precision != "bfloat16":
        result.append(("ONNX Runtime", "sequential"))
    if precision != "int8":
        result.append(("PyTorch", "eager"))
    return result


class Contender:
    """A process that answers requests on pipes."""

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.PIPE if "worker.py" in " ".join(command) else None)

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            error = self.process.stderr.read()[-2000:] if self.process.stderr else ""
            sys.exit(f"compare-peers: {' '.join(self.command)} ended: {error}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def cosines(first, second):
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return (first * second).sum(axis=1) / lengths


class Comparison:
    def __init__(self, options):
        self.options = options
        self.threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (
            os.cpu_count())

    def folder(self, model):
        return os.path.join(self.options.work, model)

    def source(self, model):
        return os.path.join(self.folder(model), "model")

    def photos(self):
        folder = self.options.photos
        return sorted(
            os.path.join(folder, name) for name in os.listdir(folder)
            if name.endswith((".jpg", ".png")))

    def vit(self, *arguments):
        return subprocess.run(
            [self.options.vit, *arguments], check=True, capture_output=True, text=True).stdout

    def worker(self, model, precision, runtime, variant):
        return Contender([
            sys.executable, os.path.join(HERE, "worker.py"), runtime, variant, precision,
            self.folder(model), str(self.threads)])

    def prepare(self, model):
        """Every form of the model, once."""
        folder = self.folder(model)
        done = os.path.join(folder, "complete")
        if os.path.exists(done):
            return
        note(f"exporting {model}")
        os.makedirs(folder, exist_ok=True)
        export = [sys.executable, os.path.join(HERE, "export.py"), model, folder]
        subprocess.run([*export, "-"], check=True, stdout=sys.stderr)
        pixels = os.path.join(folder, "pixels.npy")
        self.vit("preprocess", "--quiet", "--model", self.source(model), "--output", pixels,
                 *self.photos())
        # Parts of the photographs turned around: more to calibrate with.
        images = np.load(pixels)
        calibration = os.path.join(folder, "calibration.npy")
        np.save(calibration, np.concatenate(
            [np.roll(image, shift, (1, 2))[:, ::step, :] for image, shift, step
             in itertools.product(images, (0, 56, 112), (1, -1))]).reshape(-1, 3, 224, 224))
        subprocess.run([*export, calibration], check=True, stdout=sys.stderr)
        open(done, "w").close()

    def check(self, model, precision, contenders, turns):
        """Stops where a contender does not compute what the others do."""
        def embed(precision):
            text = self.vit(
                "embed", "--quiet", "--raw", "--format", "json", "--precision", precision,
                "--model", self.source(model), *self.photos())
            return [entry["embedding"] for entry in json.loads(text)]

        reference = embed("float32")
        ours = embed(precision)
        expected = reference if precision == "int8" else ours
        pixels = os.path.join(self.folder(model), "pixels.npy")
        least = {"vit": cosines(ours, reference).min()}
        for key, batch in turns:
            if key != VIT:
                answer = contenders[key].ask(f"= {batch} {pixels}")
                least[f"{key[0]} ({key[1]}, batch {batch})"] = cosines(
                    answer["vectors"], expected).min()
        for name, value in least.items():
            note(f"{model} {precision}: {name}: least cosine {value:.6f}")
            if not value >= AGREEMENT[precision]:
                sys.exit(
                    f"compare-peers: {name} does not compute the same {model} in {precision}; "
                    "speed means nothing before it does")

    def measure(self, model, precision):
        contenders = {
            VIT: Contender([
                self.options.vit, "bench", "rounds", "--model", self.source(model),
                "--precision", precision])}
        times = {}
        turns = []
        for batch in BATCHES:
            for key in [VIT] + variants(precision, batch):
                if key not in contenders:
                    contenders[key] = self.worker(model, precision, *key)
                turns.append((key, batch))
        self.check(model, precision, contenders, turns)
        random.seed(1)
        for number in range(self.options.rounds):
            random.shuffle(turns)
            for key, batch in turns:
                answer = contenders[key].ask(f"{batch} {self.options.seconds}")
                times.setdefault((key, batch), []).append(answer["runs_ms"])
                if key == VIT:
                    machine = answer
            if number == min(2, self.options.rounds - 1):
                chosen = self.fastest(turns, times)
                turns = self.in_the_race(chosen, times)
        for contender in contenders.values():
            contender.close()
        rows = []
        for batch in BATCHES:
            row = {"model": model, "precision": precision, "batch_size": batch}
            for key, its_batch in chosen:
                if its_batch == batch:
                    runs = [run / batch for turn in times[key, batch] for run in turn]
                    row[key[0]] = {
                        "settings": key[1], "best_ms": min(runs),
                        "p50_ms": statistics.median(runs), "runs": len(runs)}
            rows.append(row)
        return {"rows": rows, "threads": machine["threads"], "kernel_set": machine["kernel_set"]}

    @staticmethod
    def fastest(turns, times):
        """Of each runtime and batch the variant with the best time so far."""
        best = {}
        for key, batch in turns:
            time = min(min(runs) for runs in times[key, batch])
            group = (key[0], batch)
            if group not in best or time < best[group][0]:
                best[group] = (time, (key, batch))
        return [turn for _, turn in best.values()]

    def start(self, model):
        """Process start to the vector of one photograph, from the original and from what it was
        converted to; the files are in memory."""
        from PIL import Image

        photo = os.path.join(self.folder(model), "half-megapixel.jpg")
        Image.open(self.photos()[-1]).convert("RGB").resize((816, 612)).save(photo, quality=90)
        models, vectors, times = {}, {}, {}
        for precision in PRECISIONS:
            converted = os.path.join(self.folder(model), f"converted-{precision}")
            shutil.rmtree(converted, ignore_errors=True)
            self.vit("convert", self.source(model), "--precision", precision, "--output", converted)
            models[precision, "original"] = ["--model", self.source(model), "--precision", precision]
            models[precision, "converted"] = ["--model", converted]
        for _ in range(self.options.rounds):
            for key, arguments in models.items():
                begin = time.perf_counter()
                vector = self.vit("embed", "--quiet", *arguments, photo)
                times.setdefault(key, []).append(1000 * (time.perf_counter() - begin))
                if vector != vectors.setdefault(key[0], vector):
                    sys.exit(f"compare-peers: the converted {model} computes another vector")
        print(f"{processor_name()}, {self.threads} threads; process start to the vector of a "
              "photograph of half a megapixel, files in memory; milliseconds, best / median.\n")
        print(f"| {NAMES[model]} | original | converted |")
        print("|---|---:|---:|")
        for precision in PRECISIONS:
            cells = [
                f"{min(runs):.0f} / {statistics.median(runs):.0f}"
                for runs in (times[precision, kind] for kind in ("original", "converted"))]
            print(f"| {precision} | " + " | ".join(cells) + " |")

    @staticmethod
    def in_the_race(turns, times):
        """Without peers that take half as long again as the fastest one: theirs is measured well
        enough."""
        def time(turn):
            return min(min(runs) for runs in times[turn])

        return [
            turn for turn in turns if turn[0] == VIT or time(turn) <= 1.5 * min(
                time(other) for other in turns if other[0] != VIT and other[1] == turn[1])]

    def result_file(self, model, precision):
        return os.path.join(self.folder(model), f"{precision}.json")

    def table(self):
        versions = {
            name: importlib.metadata.version(name).split("-")[0].split("+")[0]
            for name in ("torch", "onnxruntime", "openvino", "nncf")}
        found = []
        for model, precision in itertools.product(MODELS, PRECISIONS):
            path = self.result_file(model, precision)
            if os.path.exists(path):
                with open(path) as file:
                    found.append(json.load(file))
        if not found:
            sys.exit("compare-peers: nothing has been measured yet")
        machines = {(part["processor"], part["threads"], part["kernel_set"]) for part in found}
        for processor, threads, kernels in sorted(machines):
            print(f"{processor}, {threads} threads, kernels `{kernels}`")
        print(
            f"PyTorch {versions['torch']}, ONNX Runtime {versions['onnxruntime']}, OpenVINO "
            f"{versions['openvino']}, NNCF {versions['nncf']}; milliseconds an image, best / "
            "median.\n")
        print("| image tower | precision | batch | `vit` | OpenVINO | ONNX Runtime | PyTorch "
              "| fastest peer ÷ `vit`, best | median |")
        print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
        for row in itertools.chain.from_iterable(part["rows"] for part in found):
            peers = [row[name] for name in ("OpenVINO", "ONNX Runtime", "PyTorch") if name in row]
            ours = row["vit"]

            def cell(name):
                if name not in row:
                    return ""
                return f"{row[name]['best_ms']:.2f} / {row[name]['p50_ms']:.2f}"

            ratios = [
                min(peer[kind] for peer in peers) / ours[kind] for kind in ("best_ms", "p50_ms")]
            print("| " + " | ".join([
                NAMES[row["model"]], row["precision"], str(row["batch_size"]), cell("vit"),
                cell("OpenVINO"), cell("ONNX Runtime"), cell("PyTorch"),
                *(f"{ratio:.2f} ×" for ratio in ratios)]) + " |")


def processor_name():
    fields = {}
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                key, _, value = line.partition(":")
                fields.setdefault(key.strip(), value.strip())
    except OSError:
        import platform
        return platform.processor()
    if "cpu family" not in fields:
        return fields.get("model name", "unknown processor")
    return (
        f"{fields['model name']} (family {fields['cpu family']}, model {fields['model']})")


def main():
    parser = argparse.ArgumentParser(prog="scripts/compare-peers")
    parser.add_argument("--vit", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--work", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--photos", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--model", action="append", choices=MODELS)
    parser.add_argument("--precision", action="append", choices=PRECISIONS)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=0.3, help="of a turn")
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--start", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be 1 at least")
    comparison = Comparison(options)
    if not options.table:
        for model in options.model or MODELS[:2]:
            comparison.prepare(model)
            if options.start:
                comparison.start(model)
            if options.prepare or options.start:
                continue
            for precision in options.precision or PRECISIONS:
                note(f"measuring {model} {precision}")
                result = comparison.measure(model, precision)
                result["processor"] = processor_name()
                with open(comparison.result_file(model, precision), "w") as file:
                    json.dump(result, file, indent=1)
        if options.prepare or options.start:
            return
    comparison.table()


if __name__ == "__main__":
    main()
