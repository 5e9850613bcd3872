"""What every golden is made of: hashed weights, hashed images, a tracer, and the folder written."""

import json
import os
import pathlib
import shutil
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import PIL
import safetensors.numpy
import safetensors.torch
import torch
import transformers
import timm
from PIL import Image

import hash_weights

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDENS = ROOT / "Tests" / "Data" / "goldens"

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

# Sizes of the two inputs, width x height: neither is square, and both have odd remainders.
INPUT_SIZES = ((43, 33), (35, 46))


def input_images(name, sizes=INPUT_SIZES):
    """Two images that differ a lot: a smooth one with noise, and blocks of colours."""
    images = []
    for index, (width, height) in enumerate(sizes):
        noise = (hash_weights.bits(f"{name}.input.{index}", width * height * 3) >> 16).astype(np.int64)
        noise = noise.reshape(height, width, 3)
        y, x = np.mgrid[0:height, 0:width]
        if index % 2 == 0:
            base = np.stack([x * 200 // width, y * 160 // height, 80 - y * 60 // height], axis=2)
            pixels = base + noise // 5
        else:
            blocks = noise[y // 9, x // 9]
            pixels = 255 - np.abs(blocks * 7 // 8 - noise // 8)
        images.append(pixels.clip(0, 255).astype(np.uint8))
    return images


class Tracer:
    """Records the inputs or outputs of modules by name."""

    def __init__(self):
        self.tensors = {}
        self.handles = []

    @staticmethod
    def first(value):
        while isinstance(value, (tuple, list)):
            value = value[0]
        return value

    def input(self, name, module):
        def record(_, arguments, keywords):
            value = self.first(arguments) if arguments else keywords["hidden_states"]
            self.tensors[name] = value.detach().clone()

        self.handles.append(module.register_forward_pre_hook(record, with_kwargs=True))

    def output(self, name, module):
        def record(_, arguments, result):
            self.tensors[name] = self.first(result).detach().clone()

        self.handles.append(module.register_forward_hook(record))

    def blocks(self, prefix, blocks):
        self.input(prefix + "embeddings", blocks[0])
        for index, block in enumerate(blocks):
            self.output(f"{prefix}block.{index}", block)

    def remove(self):
        for handle in self.handles:
            handle.remove()
        return self.tensors


def versions():
    found = {
        "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__,
        "timm": timm.__version__,
        "pillow": PIL.__version__,
        "numpy": np.__version__,
        "safetensors": safetensors.__version__,
    }
    try:
        import open_clip

        found["open_clip_torch"] = open_clip.__version__
    except ImportError:
        pass
    return found


class Golden:
    """A folder under Tests/Data/goldens/<area>/<name>."""

    def __init__(self, area, name, family, quiet=1.0):
        torch.manual_seed(0)
        self.area, self.name, self.family, self.quiet = area, name, family, quiet
        self.folder = GOLDENS / area / name
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.tensors = {}
        self.facts = {}

    def json(self, file, content):
        (self.folder / file).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    # Weights

    def fill(self, state):
        """A state dict of the same names and shapes with hashed values; what is not floating point
        stays."""
        filled = {}
        for name, tensor in state.items():
            if not tensor.is_floating_point():
                filled[name] = tensor
                continue
            shape = tuple(tensor.shape)
            scale, offset = hash_weights.spread(name, shape, self.quiet)
            filled[name] = torch.from_numpy(hash_weights.values(name, shape, scale, offset))
        return filled

    def store(self, state, form):
        """Keeps a filled state dict: as `hashed` list, or as real files of a kind."""
        state = {name: tensor.contiguous() for name, tensor in state.items()}
        self.facts["weights"] = form
        if form == "hashed":
            lines = []
            for name in sorted(state):
                shape = tuple(state[name].shape)
                scale, offset = hash_weights.spread(name, shape, self.quiet)
                lines.append(
                    json.dumps(
                        {
                            "name": name, "shape": list(shape), "scale": scale, "offset": offset,
                        }
                    )
                )
            text = "[\n" + ",\n".join(lines) + "\n]\n"
            (self.folder / "weights.json").write_text(text)
            return
        write_weights(self.folder, state, form)

    # Results

    def write(self, embedding):
        """Checks that the golden can fail, and writes golden.safetensors and golden.json."""
        arrays = {}
        for name, tensor in self.tensors.items():
            array = tensor.detach().numpy() if isinstance(tensor, torch.Tensor) else np.asarray(tensor)
            if array.dtype == np.float64:
                array = array.astype(np.float32)
            assert np.isfinite(array).all(), (self.name, name)
            arrays[name] = np.ascontiguousarray(array)
        cosines = {}
        for name in [embedding] if isinstance(embedding, str) else embedding:
            rows = arrays[name].astype(np.float64)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            gram = rows @ rows.T
            worst = float(max(gram[i, j] for i in range(len(rows)) for j in range(i)))
            cosines[name] = round(worst, 4)
            assert worst < 0.9, (self.name, name, gram)
        safetensors.numpy.save_file(arrays, self.folder / "golden.safetensors")
        facts = {
            "name": self.name,
            "family": self.family,
            **self.facts,
            "embedding": embedding,
            "largestCosineOfInputs": cosines,
            "tensors": {n: list(arrays[n].shape) for n in sorted(arrays)},
            "dtype": "float32",
            "attention": "eager",
            "threads": 1,
            "versions": versions(),
        }
        lines = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in facts.items()]
        (self.folder / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
        size = sum(f.stat().st_size for f in self.folder.rglob("*") if f.is_file())
        print(f"{self.area}/{self.name}: {size // 1024} kB, cosines {cosines}", flush=True)


def write_weights(folder, state, form):
    """Real files: F32, F16 and BF16 safetensors, two shards, `.bin`."""
    types = {"F16": torch.float16, "BF16": torch.bfloat16}
    for kind, dtype in types.items():
        if form.startswith(kind):
            state = {n: t.to(dtype) if t.is_floating_point() else t for n, t in state.items()}
    layout = form.split(".")[-1]
    if layout == "bin":
        torch.save(state, folder / "pytorch_model.bin")
    elif layout == "shards":
        names = sorted(state)
        halves = [names[: len(names) // 2], names[len(names) // 2 :]]
        files = [f"model-0000{i + 1}-of-00002.safetensors" for i in range(2)]
        total = 0
        for file, part in zip(files, halves):
            safetensors.torch.save_file({n: state[n] for n in part}, folder / file, {"format": "pt"})
            total += sum(state[n].nbytes for n in part)
        index = {
            "metadata": {"total_size": total},
            "weight_map": {n: f for f, part in zip(files, halves) for n in part},
        }
        path = folder / "model.safetensors.index.json"
        path.write_text(json.dumps(index, indent=1) + "\n")
    else:
        safetensors.torch.save_file(state, folder / "model.safetensors", {"format": "pt"})


def hugging_face(golden, model, form, rename=None, kept=None):
    """Fills a transformers model through its own files: written by `save_pretrained`, filled by the
    names on disk, kept in the golden, and read again by `from_pretrained`.

    `rename` changes the names in the file (other versions' prefixes); `kept` what the golden keeps
    beside what the reference reads (buffers that old versions saved)."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        model.save_pretrained(folder)
        state = safetensors.torch.load_file(folder / "model.safetensors")
        if rename:
            state = rename(state)
        state = golden.fill(state)
        (folder / "model.safetensors").unlink()
        golden.store({**state, **(kept or {})}, form)
        shutil.copy(folder / "config.json", golden.folder / "config.json")
        write_weights(folder, state, "F32" if form == "hashed" else form)
        loaded, report = type(model).from_pretrained(
            folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
        )
        missing = [name for name in report["missing_keys"] if not name.startswith("pooler.")]
        assert not missing and not report["unexpected_keys"], report
        return loaded.eval()
