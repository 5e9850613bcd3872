"""One contender: worker.py RUNTIME VARIANT PRECISION FOLDER THREADS.

Reads requests from standard input and answers each with a line of JSON. Between requests it sleeps.

    BATCH SECONDS        times of runs in ms, as `vit bench rounds`
    = BATCH PIXELS.npy   the vectors of these pixels, computed in such batches
"""

import json
import os
import sys
import time

import numpy as np

RUNTIME, VARIANT, PRECISION, FOLDER, THREADS = sys.argv[1:]
THREADS = int(THREADS)
BATCHES = {}


def load_torch(batch):
    import torch

    from export import Tower

    torch.set_num_threads(THREADS)
    if "tower" not in BATCHES:
        tower = Tower(os.path.join(FOLDER, "model")).eval()
        BATCHES["tower"] = tower.bfloat16() if PRECISION == "bfloat16" else tower
    tower = BATCHES["tower"]

    def run(pixels):
        with torch.inference_mode():
            return tower(torch.from_numpy(pixels).to(tower.model.dtype)).float().numpy()

    return run


def load_onnxruntime(batch):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    # Between requests nothing may spin.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.add_free_dimension_override_by_name("batch", batch)
    session = onnxruntime.InferenceSession(
        os.path.join(FOLDER, f"{PRECISION}.onnx"), options, providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(None, {"pixels": pixels})[0]


def load_openvino(batch):
    import openvino

    core = openvino.Core()
    name = "int8.xml" if PRECISION == "int8" else "float32.xml"
    model = core.read_model(os.path.join(FOLDER, name))
    streams = min(THREADS, batch) if "streams" in VARIANT else 1
    model.reshape([batch // streams, 3, 224, 224])
    # What is not quantised may be computed in bfloat16 too.
    hint = "bf16" if PRECISION == "bfloat16" or "bf16" in VARIANT else "f32"
    compiled = core.compile_model(
        model, "CPU", {
            "PERFORMANCE_HINT": "LATENCY" if streams == 1 else "THROUGHPUT",
            "NUM_STREAMS": str(streams), "INFERENCE_NUM_THREADS": THREADS,
            "INFERENCE_PRECISION_HINT": hint})
    requests = [compiled.create_infer_request() for _ in range(streams)]

    def run(pixels):
        if streams == 1:
            return requests[0].infer([pixels], share_inputs=True)[0]
        for request, part in zip(requests, np.split(pixels, streams)):
            request.start_async([part], share_inputs=True)
        for request in requests:
            request.wait()
        return np.concatenate([request.get_output_tensor().data for request in requests])

    return run


LOADERS = {"PyTorch": load_torch, "ONNX Runtime": load_onnxruntime, "OpenVINO": load_openvino}


def runner(batch):
    if batch not in BATCHES:
        BATCHES[batch] = LOADERS[RUNTIME](batch)
    return BATCHES[batch]


def measure(batch, seconds):
    """As `vit bench rounds`: a run that does not count, then two at least."""
    run = runner(batch)
    pixels = np.random.default_rng(0).standard_normal((batch, 3, 224, 224), dtype=np.float32)
    run(pixels)
    times = []
    begin = time.perf_counter()
    while len(times) < 2 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        run(pixels)
        times.append(1000 * (time.perf_counter() - start))
    return times


def vectors(batch, path):
    pixels = np.load(path)
    count = len(pixels)
    # To whole batches.
    pixels = np.resize(pixels, (-(-count // batch) * batch, *pixels.shape[1:]))
    run = runner(batch)
    parts = [np.array(run(part)) for part in np.split(pixels, len(pixels) // batch)]
    return np.concatenate(parts)[:count].tolist()


if __name__ == "__main__":
    for line in sys.stdin:
        words = line.rstrip("\n").split(" ", 2)
        if words[0] == "=":
            answer = {"vectors": vectors(int(words[1]), words[2])}
        else:
            answer = {"runs_ms": measure(int(words[0]), float(words[1]))}
        print(json.dumps(answer), flush=True)
