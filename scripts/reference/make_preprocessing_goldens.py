"""Writes Tests/Data/preprocessing/*.json: digests of what Pillow and the image processors of
transformers, timm and OpenCLIP make of noise that the Swift tests can make too.

    scripts/reference/setup
    build-artifacts/reference-venv/bin/python scripts/reference/make_preprocessing_goldens.py

Versions are pinned: another Pillow resizes differently. Everything is deterministic.
"""

import hashlib
import json
import pathlib

import numpy
import open_clip
import PIL
import timm
import torch
import transformers
from open_clip.transform import PreprocessCfg, image_transform_v2, merge_preprocess_dict
from PIL import Image
from timm.data import create_transform, resolve_data_config
from transformers.models.beit.image_processing_pil_beit import BeitImageProcessorPil
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

PINNED = {
    "pillow": (PIL.__version__, "13.0.0"),
    "numpy": (numpy.__version__, "2.4.6"),
    "timm": (timm.__version__, "1.0.31"),
    "transformers": (transformers.__version__, "5.23.0"),
    "open_clip": (open_clip.__version__, "3.3.0"),
    "torch": (torch.__version__.split("+")[0], "2.13.0"),
}
for package, (found, wanted) in PINNED.items():
    if found != wanted:
        raise SystemExit(f"{package} is {found}, but the goldens are made with {wanted}")

OUTPUT = pathlib.Path(__file__).parents[2] / "Tests" / "Data" / "preprocessing"
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def noise(width, height, seed, extreme=False):
    """`[height, width, 3]` bytes of an integer hash of the index; `extreme`: only 0 and 255."""
    x = numpy.arange(width * height * 3, dtype=numpy.uint64) + numpy.uint64(seed * 0x51ED2701)
    mask = numpy.uint64(0xFFFFFFFF)
    x = (x * numpy.uint64(0x9E3779B1)) & mask
    x ^= x >> numpy.uint64(15)
    x = (x * numpy.uint64(0x85EBCA77)) & mask
    x ^= x >> numpy.uint64(13)
    x = (x * numpy.uint64(0xC2B2AE3D)) & mask
    x ^= x >> numpy.uint64(16)
    values = (x & numpy.uint64(0xFF)).astype(numpy.uint8)
    if extreme:
        values = numpy.where(values & 1, 255, 0).astype(numpy.uint8)
    return values.reshape(height, width, 3)


def digest(array):
    return hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()


def write(name, content):
    OUTPUT.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case) for case in content)
    (OUTPUT / name).write_text(f"[\n{lines}\n]\n")


# (source width, height), (target width, height)
RESIZES = [
    ((255, 224), (224, 224)),
    ((255, 224), (254, 224)),
    ((225, 300), (224, 298)),
    ((300, 201), (224, 224)),  # vertical first in Pillow 13
    ((600, 3000), (224, 1120)),  # vertical first in Pillow 13
    ((3000, 60), (75, 31)),
    ((500, 400), (499, 398)),  # at the border of the rule: horizontal first
    ((500, 400), (499, 397)),  # one beyond: vertical first
    ((500, 400), (510, 399)),  # widened: vertical first
    ((897, 683), (22, 17)),  # 40-fold
    ((640, 480), (298, 224)),
    ((37, 23), (224, 140)),
    ((64, 64), (64, 20)),
    ((64, 64), (20, 64)),
    ((64, 64), (64, 64)),
    ((17, 19), (1, 1)),
    ((1, 1), (5, 7)),
    ((1, 1), (1, 1)),
    ((1, 300), (3, 20)),
    ((300, 1), (20, 3)),
    ((1, 300), (1, 20)),
    ((130, 5), (3, 5)),
    ((7, 1000), (3, 2)),
    ((2, 3), (224, 224)),
    ((21, 21), (22, 22)),
    ((1000, 3), (25, 1)),
]


def resizes():
    cases = []
    for index, (source, target) in enumerate(RESIZES):
        for extreme in (False, True):
            image = Image.fromarray(noise(*source, seed=index, extreme=extreme))
            for name, code in FILTERS.items():
                cases.append({
                    "source": source, "seed": index, "extreme": extreme, "target": target,
                    "filter": name, "sha256": digest(numpy.asarray(image.resize(target, code))),
                })
    write("resize.json", cases)


# Odd remainders, tall, wide, single pixels, smaller than the crop.
SOURCES = [
    (255, 224), (224, 255), (225, 300), (300, 201), (600, 3000), (640, 481), (97, 31), (31, 97),
    (1, 1), (1, 40), (40, 1), (224, 224), (256, 253), (193, 500),
]

HUGGING_FACE = {
    "vit": (ViTImageProcessorPil, [
        {},
        {"size": 96, "image_processor_type": "ViTImageProcessorFast"},
        {"size": [64, 96], "resample": 3, "image_mean": [0.485, 0.456, 0.406],
         "image_std": [0.229, 0.224, 0.225], "feature_extractor_type": "ViTFeatureExtractor"},
        {"size": {"height": 97, "width": 31}, "resample": 1, "do_normalize": False},
        {"size": {"shortest_edge": 64}, "do_center_crop": True,
         "crop_size": {"height": 65, "width": 63}, "resample": 5, "do_rescale": False},
        {"do_resize": False, "do_center_crop": True, "crop_size": {"height": 99, "width": 100},
         "rescale_factor": 0.00784313725490196, "image_mean": 0.5, "image_std": 0.25},
    ]),
    "deit": (DeiTImageProcessorPil, [
        {},
        {"size": 70, "crop_size": 61, "resample": 0, "image_mean": [0.485, 0.456, 0.406],
         "image_std": [0.229, 0.224, 0.225]},
        {"do_center_crop": False, "size": {"height": 48, "width": 80}, "resample": 4},
    ]),
    "clip": (CLIPImageProcessorPil, [
        {},
        {"size": 225, "crop_size": 196, "feature_extractor_type": "CLIPFeatureExtractor"},
        {"size": {"shortest_edge": 100, "longest_edge": 133},
         "crop_size": {"height": 111, "width": 90}},
        {"size": {"max_height": 90, "max_width": 120}, "crop_size": 100},
    ]),
    "siglip": (SiglipImageProcessorPil, [{}, {"size": {"height": 128, "width": 112}}]),
    "bit": (BitImageProcessorPil, [{"size": {"shortest_edge": 256}}]),
    "beit": (BeitImageProcessorPil, [{}, {"do_center_crop": True, "crop_size": 150}]),
}

STANDARD = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
TIMM = [
    ({}, (224, 224)),
    ({"crop_pct": 0.9, **STANDARD}, (224, 224)),
    ({"crop_pct": 1.0, "interpolation": "bilinear", "crop_mode": "squash", **STANDARD}, (96, 96)),
    ({"crop_pct": 0.95, "crop_mode": "squash"}, (64, 97)),
    ({"crop_pct": 0.9, "crop_mode": "border"}, (97, 97)),
    ({"crop_pct": 1.0, "crop_mode": "border", "interpolation": "lanczos", **STANDARD}, (64, 90)),
    ({"crop_pct": 0.875}, (96, 63)),
    ({"crop_pct": 0.9, "interpolation": "bilinear"}, (48, 80)),
]

OPEN_CLIP = [
    ({}, (224, 224)),
    ({"interpolation": "bilinear", "resize_mode": "squash",
      "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}, (97, 97)),
    ({"resize_mode": "squash", **STANDARD}, (64, 97)),
    ({"resize_mode": "longest", "fill_color": 127}, (96, 96)),
    ({"resize_mode": "longest", **STANDARD}, (63, 96)),
    ({"resize_mode": "shortest", "interpolation": "bilinear"}, (96, 63)),
]


def case(kind, settings, source, seed, pixels, **more):
    """`pixels` is `[3, H, W]` float32."""
    assert pixels.dtype == numpy.float32, pixels.dtype
    return {
        "kind": kind, "settings": settings, "source": source, "seed": seed, **more,
        "output": [pixels.shape[2], pixels.shape[1]],
        "first": [float(v) for v in pixels[:, 0, 0]], "sha256": digest(pixels),
    }


def processors():
    cases, skipped = [], []

    def add(describe, make):
        try:
            cases.append(make())
        except (ValueError, ZeroDivisionError) as error:  # a side that rounds to 0
            skipped.append((describe, str(error)))

    for seed, source in enumerate(SOURCES):
        image = Image.fromarray(noise(*source, seed=1000 + seed))
        for family, (processor, variants) in HUGGING_FACE.items():
            for settings in variants:
                def hugging_face():
                    values = processor(**{
                        k: v for k, v in settings.items() if not k.endswith("_type")
                    })(image, return_tensors="np")["pixel_values"][0]
                    # Without rescaling and normalising the reference leaves bytes.
                    return case(family, settings, source, 1000 + seed, values.astype("float32"))
                add((family, settings, source), hugging_face)
        for settings, size in TIMM:
            def timm_case():
                resolved = resolve_data_config(
                    pretrained_cfg={**settings, "input_size": (3, *size)})
                values = create_transform(**resolved)(image).numpy()
                return case("timm", settings, source, 1000 + seed, values, size=size)
            add(("timm", settings, source), timm_case)
        for settings, size in OPEN_CLIP:
            def open_clip_case():
                merged = merge_preprocess_dict(PreprocessCfg(), {**settings, "size": size})
                values = image_transform_v2(PreprocessCfg(**merged), is_train=False)(image).numpy()
                return case("openclip", settings, source, 1000 + seed, values, size=size)
            add(("openclip", settings, source), open_clip_case)
    write("processors.json", cases)
    print(f"{len(cases)} cases; the reference itself fails on {len(skipped)}:")
    for describe, error in skipped:
        print("  ", describe, error)


resizes()
processors()
