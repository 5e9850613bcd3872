"""The Python side of scripts/benchmark: one stage a process, result as JSON on standard output."""

import json
import os
import sys
import time

os.environ["TQDM_DISABLE"] = "1"
THREADS = os.cpu_count() if not hasattr(os, "sched_getaffinity") else len(os.sched_getaffinity(0))


def measure(body, seconds):
    """As `vit bench` does: two runs that do not count, then at least five."""
    for _ in range(2):
        body()
    times, total = [], 0.0
    processor = time.process_time()
    while len(times) < 5 or total < seconds:
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
        total += times[-1]
    processor = (time.process_time() - processor) / len(times)
    times.sort()
    return {
        "best_ms": 1000 * times[0], "p50_ms": 1000 * times[(len(times) + 1) // 2 - 1],
        "processor_ms": 1000 * processor}


def load(folder):
    """timm's model with the weights of the box, in float32, and its own preprocessing."""
    import timm
    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(THREADS)
    with open(os.path.join(folder, "config.json")) as file:
        configuration = json.load(file)
    model = timm.create_model(configuration["architecture"], pretrained=False)
    weights = load_file(os.path.join(folder, "model.safetensors"))
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    data = timm.data.resolve_data_config(configuration["pretrained_cfg"])
    return model.eval(), timm.data.create_transform(**data)


def open_image(path):
    from PIL import Image

    return Image.open(path).convert("RGB")


def prepare(photo, small):
    """The photograph at half a megapixel, and what is installed."""
    import importlib.metadata

    image = open_image(photo)
    pixels = image.width * image.height
    scale = (5e5 / pixels) ** 0.5
    image.resize((round(image.width * scale), round(image.height * scale))).save(
        small, quality=90)

    def version(name):
        try:
            return importlib.metadata.version(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            return "(not installed)"

    packages = ("pillow", "pillow_heif", "torch", "timm", "transformers", "tokenizers")
    versions = {name: version(name) for name in packages}
    return versions | {"megapixels": pixels / 1e6, "threads": THREADS}


def write_formats(photo, folder):
    """The photograph in each format, by the name of its row."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    image = open_image(photo)
    files = {
        "WebP": ("photo.webp", {"quality": 80}),
        "lossless WebP": ("lossless.webp", {"lossless": True, "quality": 20, "method": 0}),
        "GIF": ("photo.gif", {}),
        "BMP": ("photo.bmp", {}),
        "TIFF, compressed by LZW": ("photo.tiff", {"compression": "tiff_lzw"}),
        "HEIC": ("photo.heic", {"quality": 60}),
        "AVIF": ("photo.avif", {"quality": 60, "speed": 9}),
    }
    paths = {}
    for name, (file, options) in files.items():
        paths[name] = os.path.join(folder, file)
        image.save(paths[name], **options)
    return paths


def decode(path, seconds):
    if path.endswith(".heic"):
        import pillow_heif

        # As `vit bench decode`: on one thread.
        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    elif path.endswith(".avif"):
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    return measure(lambda: open_image(path), float(seconds))


def images(photo, folder, seconds):
    _, transform = load(folder)
    image = open_image(photo)
    return {
        "decode": measure(lambda: open_image(photo), float(seconds)),
        "preprocess": measure(lambda: transform(image), float(seconds)),
        "decode_and_preprocess": measure(
            lambda: transform(open_image(photo)), float(seconds)),
    }


def model(folder, seconds):
    import torch

    network, _ = load(folder)
    result = {}
    with torch.inference_mode():
        for batch in (1, 8):
            pixels = torch.randn(batch, 3, 224, 224)
            result[batch] = measure(
                # As `vit bench` does: up to the pooled vector.
                lambda: network.forward_head(network.forward_features(pixels), pre_logits=True),
                float(seconds))
    return result


def text_model(folder, tokenizer):
    """Writes ViT-B/32's text tower with random weights, and a tokeniser beside it."""
    import shutil

    import torch
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    torch.manual_seed(1)
    configuration = CLIPTextConfig(
        hidden_size=512, intermediate_size=2048, projection_dim=512, num_hidden_layers=12,
        num_attention_heads=8, bos_token_id=49406, eos_token_id=49407, pad_token_id=49407)
    CLIPTextModelWithProjection(configuration).save_pretrained(folder)
    for name in ("vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(os.path.join(tokenizer, name), folder)
    return {}


def load_text(folder):
    import torch
    from transformers import CLIPTextModelWithProjection

    torch.set_num_threads(THREADS)
    return CLIPTextModelWithProjection.from_pretrained(folder).eval()


def load_tokenizer(folder):
    """Hugging Face's, on one thread."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.enable_truncation(77)
    return tokenizer


def embed(folder, *sentences):
    import torch

    network, tokenizer = load_text(folder), load_tokenizer(folder)
    with torch.inference_mode():
        vectors = [
            network(torch.tensor([tokenizer.encode(sentence).ids])).text_embeds[0]
            for sentence in sentences]
    return [(vector / vector.norm()).tolist() for vector in vectors]


def text(folder, tokens, seconds):
    import torch

    network = load_text(folder)
    result = {}
    with torch.inference_mode():
        for batch in (1, 64):
            ids = torch.randint(0, 40000, (batch, int(tokens)))
            ids[:, 0], ids[:, -1] = 49406, 49407
            result[batch] = measure(
                # As `vit bench` does: up to the pooled vector, and no padding.
                lambda: network.text_model(input_ids=ids).pooler_output, float(seconds))
    return result


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def ids(folder, captions):
    return [encoding.ids for encoding in load_tokenizer(folder).encode_batch(read_lines(captions))]


def tokenize(folder, captions, seconds):
    lines = read_lines(captions)
    first = []
    for _ in range(5):
        tokenizer = load_tokenizer(folder)
        start = time.perf_counter()
        # The fastest call there is: no offsets, and no Python between the captions.
        tokenizer.encode_batch_fast(lines)
        first.append(1000 * (time.perf_counter() - start))
    repeated = measure(lambda: tokenizer.encode_batch_fast(lines), float(seconds))
    first.sort()
    return {
        "first": {"best_ms": first[0], "p50_ms": first[2], "processor_ms": first[2]},
        "repeated": repeated}


def classify(photo, folder):
    import torch

    network, transform = load(folder)
    with torch.inference_mode():
        logits = network(transform(open_image(photo))[None])[0]
    index = int(logits.argmax())
    return {"index": index, "score": float(logits[index])}


if __name__ == "__main__":
    stages = {
        "prepare": prepare, "write_formats": write_formats, "decode": decode, "images": images,
        "model": model, "classify": classify,
        "text_model": text_model, "embed": embed, "text": text, "ids": ids, "tokenize": tokenize}
    print(json.dumps(stages[sys.argv[1]](*sys.argv[2:])))
