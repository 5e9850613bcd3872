"""Goldens of the image path: ViT and DeiT of transformers and of timm."""

import numpy as np
import timm
import timm.data
import timm.models.vision_transformer
import torch
import transformers
from PIL import Image
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from golden import Golden, Tracer, hugging_face, input_images


def processed(golden, processor_class, config):
    """Stores preprocessor_config.json, the inputs, and both stages of the reference's pixels."""
    if config is not None:
        golden.json("preprocessor_config.json", config)
        processor = processor_class.from_pretrained(golden.folder)
    else:
        processor = processor_class()
    arrays = input_images(golden.name)
    images = [Image.fromarray(array) for array in arrays]
    for index, array in enumerate(arrays):
        golden.tensors[f"input.{index}.rgb"] = array
    raw = processor(images=images, return_tensors="np", do_rescale=False, do_normalize=False)
    cropped = np.stack([np.asarray(image) for image in raw.pixel_values])
    assert cropped.dtype == np.uint8 or (cropped == cropped.round()).all()
    golden.tensors["pixels.uint8"] = cropped.astype(np.uint8).transpose(0, 2, 3, 1)
    pixels = processor(images=images, return_tensors="pt").pixel_values.to(torch.float32)
    golden.tensors["pixels"] = pixels
    return pixels


VIT_PROCESSOR = {
    "do_normalize": True, "do_rescale": True, "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
    "image_processor_type": "ViTImageProcessor", "resample": 2, "rescale_factor": 1 / 255,
}


def vit_processor(height, width=None, **changes):
    return {**VIT_PROCESSOR, "size": {"height": height, "width": width or height}, **changes}


def old_vit_processor(size):
    """As files of 2021 spell it."""
    return {
        "do_normalize": True, "do_resize": True, "feature_extractor_type": "ViTFeatureExtractor",
        "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "resample": 3,
        "size": size,
    }


def deit_processor(size, crop):
    return {
        "crop_size": {"height": crop, "width": crop}, "do_center_crop": True, "do_normalize": True,
        "do_rescale": True, "do_resize": True, "image_mean": [0.485, 0.456, 0.406],
        "image_std": [0.229, 0.224, 0.225], "image_processor_type": "DeiTImageProcessor",
        "resample": 3, "rescale_factor": 1 / 255, "size": {"height": size, "width": size},
    }


def labelled(count):
    names = ["heron", "bread", "lighthouse", "tram", "moss", "violin"][:count]
    return {
        "id2label": {i: n for i, n in enumerate(names)},
        "label2id": {n: i for i, n in enumerate(names)},
    }


def vit_golden(
    name, kind, config, processor, *, form="hashed", quiet=1.0, interpolate=False, family="vit",
    model_arguments=None,
):
    golden = Golden("image", name, f"huggingface.{family}", quiet)
    model_class = getattr(transformers, kind)
    configuration = getattr(transformers, "ViTConfig" if family == "vit" else "DeiTConfig")(**config)
    model = hugging_face(golden, model_class(configuration, **(model_arguments or {})), form)
    if model_arguments:
        # `from_pretrained` would add the pooler that the file does not have.
        model.pooler = None
    base = getattr(model, model.base_model_prefix, model)
    processor_class = ViTImageProcessorPil if family == "vit" else DeiTImageProcessorPil
    pixels = processed(golden, processor_class, processor)

    tracer = Tracer()
    tracer.blocks("", base.layers)
    tracer.output("norm", base.layernorm)
    with torch.no_grad():
        result = model(pixels, interpolate_pos_encoding=interpolate)
    tensors = tracer.remove()
    norm = tensors["norm"]
    for key, tensor in tensors.items():
        golden.tensors[key] = tensor[:1]
    golden.tensors["pooled"] = norm[:, 0]
    embedding = "pooled"
    if kind.endswith("WithTeacher"):
        golden.tensors["pooled.distillation"] = norm[:, 1]
    if hasattr(result, "logits"):
        golden.tensors["logits"] = result.logits
    elif result.pooler_output is not None:
        golden.tensors["pooler"] = result.pooler_output
        embedding = "pooler"
    golden.facts["architecture"] = kind
    golden.facts["interpolatesPositions"] = interpolate
    golden.write(embedding)


def timm_golden(
    name, architecture, arguments, size, *, weights_size=None, form="hashed", quiet=1.0,
    data=None,
):
    """`arguments` are `model_args`; `size` is (height, width)."""
    golden = Golden("image", name, "timm", quiet)
    overlay = {"input_size": (3, *size), **(data or {})}
    square = size[0] == size[1]
    arguments = {**arguments, "img_size": size[0] if square else list(size)}
    create = lambda arguments: timm.create_model(  # noqa: E731
        architecture, pretrained=False, pretrained_cfg_overlay=overlay, **arguments
    )
    model = create(arguments).eval()
    if weights_size:
        # A checkpoint of another size, resized as timm does on loading it.
        source = create({**arguments, "img_size": weights_size})
        state = golden.fill(source.state_dict())
        loaded = timm.models.vision_transformer.checkpoint_filter_fn(dict(state), model)
        model.load_state_dict(loaded)
        golden.facts["weightsImageSize"] = weights_size
    else:
        state = golden.fill(model.state_dict())
        model.load_state_dict(state)
    if form.startswith(("F16", "BF16")):
        kept = torch.float16 if form.startswith("F16") else torch.bfloat16
        model.load_state_dict({n: t.to(kept).float() for n, t in model.state_dict().items()})
    golden.store(state, form)
    timm.models._hub.save_config_for_hf(model, str(golden.folder / "config.json"), {})

    arrays = input_images(name)
    images = [Image.fromarray(array) for array in arrays]
    for index, array in enumerate(arrays):
        golden.tensors[f"input.{index}.rgb"] = array
    config = timm.data.resolve_data_config({}, model=model)
    transform = timm.data.create_transform(**config, is_training=False)
    before = [t for t in transform.transforms if type(t).__name__ not in ("MaybeToTensor", "Normalize")]
    assert len(before) == len(transform.transforms) - 2, transform
    cropped = []
    for image in images:
        for step in before:
            image = step(image)
        cropped.append(np.asarray(image))
    golden.tensors["pixels.uint8"] = np.stack(cropped)
    pixels = torch.stack([transform(image) for image in images])
    assert tuple(pixels.shape[2:]) == tuple(size), pixels.shape
    golden.tensors["pixels"] = pixels

    tracer = Tracer()
    tracer.blocks("", model.blocks)
    if not isinstance(model.norm, torch.nn.Identity):
        tracer.output("norm", model.norm)
    with torch.no_grad():
        features = model.forward_features(pixels)
        golden.tensors["pooled"] = model.forward_head(features, pre_logits=True)
        if model.num_classes > 0:
            golden.tensors["logits"] = model(pixels)
    for key, tensor in tracer.remove().items():
        golden.tensors[key] = tensor[:1]
    golden.facts["architecture"] = architecture
    golden.write("pooled")


QUIET = 2.0**-7


def image_goldens():
    # transformers. Head size 20, patch 8 on 32x32; quiet tokens show epsilon 1e-12 against 1e-6.
    vit_golden(
        "vit-head", "ViTForImageClassification",
        dict(hidden_size=60, num_hidden_layers=3, num_attention_heads=3, intermediate_size=100,
             image_size=32, patch_size=8, **labelled(5)),
        vit_processor(32), quiet=QUIET)
    vit_golden(
        "vit-head-size-72-patch-14", "ViTForImageClassification",
        dict(hidden_size=72, num_hidden_layers=2, num_attention_heads=1, intermediate_size=52,
             image_size=42, patch_size=14, **labelled(6)),
        old_vit_processor(42))
    vit_golden(
        "vit-no-qkv-bias", "ViTForImageClassification",
        dict(hidden_size=40, num_hidden_layers=3, num_attention_heads=2, intermediate_size=72,
             image_size=28, patch_size=7, qkv_bias=False, **labelled(3)),
        vit_processor(28))
    vit_golden(
        "vit-pooler", "ViTModel",
        dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=80,
             image_size=32, patch_size=8),
        vit_processor(32), quiet=QUIET)
    vit_golden(
        "vit-no-pooler", "ViTModel",
        dict(hidden_size=40, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
             image_size=32, patch_size=16),
        vit_processor(32, resample=3), model_arguments=dict(add_pooling_layer=False))
    vit_golden(
        "vit-gelu-tanh-epsilon", "ViTForImageClassification",
        dict(hidden_size=48, num_hidden_layers=3, num_attention_heads=2, intermediate_size=96,
             image_size=32, patch_size=8, hidden_act="gelu_new", layer_norm_eps=0.03125,
             **labelled(5)),
        vit_processor(32))
    vit_golden(
        "vit-interpolated", "ViTForImageClassification",
        dict(hidden_size=40, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
             image_size=32, patch_size=8, **labelled(5)),
        vit_processor(24, 40), interpolate=True)
    vit_golden(
        "vit-f32-safetensors", "ViTForImageClassification",
        dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36,
             image_size=28, patch_size=7, **labelled(3)),
        vit_processor(28), form="F32.safetensors")
    vit_golden(
        "vit-f16-safetensors", "ViTForImageClassification",
        dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36,
             image_size=28, patch_size=14, **labelled(3)),
        vit_processor(28), form="F16.safetensors")
    vit_golden(
        "vit-bf16-safetensors", "ViTForImageClassification",
        dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36,
             image_size=28, patch_size=7, **labelled(3)),
        vit_processor(28), form="BF16.safetensors")
    vit_golden(
        "vit-shards", "ViTForImageClassification",
        dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36,
             image_size=28, patch_size=7, **labelled(3)),
        vit_processor(28), form="F16.shards")
    vit_golden(
        "vit-bin", "ViTForImageClassification",
        dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36,
             image_size=28, patch_size=7, **labelled(3)),
        vit_processor(28), form="F32.bin")
    deit = dict(hidden_size=40, num_hidden_layers=2, num_attention_heads=2, intermediate_size=72,
                image_size=32, patch_size=8)
    vit_golden(
        "deit-head", "DeiTForImageClassification", dict(**deit, **labelled(5)),
        deit_processor(36, 32), family="deit", quiet=QUIET)
    vit_golden(
        "deit-teacher", "DeiTForImageClassificationWithTeacher", dict(**deit, **labelled(4)),
        deit_processor(37, 32), family="deit")
    vit_golden(
        "deit-model-interpolated", "DeiTModel", deit, deit_processor(42, 40), family="deit",
        interpolate=True)

    # timm
    small = dict(embed_dim=40, depth=2, num_heads=2, num_classes=5)
    timm_golden("timm-vit-tiny", "vit_tiny_patch16_224",
                dict(embed_dim=60, depth=3, num_heads=3, patch_size=8, num_classes=5), (32, 32),
                quiet=QUIET)
    timm_golden("timm-vit-bicubic-crop", "vit_base_patch16_224", dict(**{**small, "embed_dim": 24}, patch_size=8),
                (32, 32), data=dict(crop_pct=0.875, interpolation="bicubic"), form="BF16.safetensors")
    timm_golden("timm-vit-no-classes", "vit_small_patch16_224",
                dict(embed_dim=72, depth=2, num_heads=1, patch_size=14, num_classes=0, mlp_ratio=1.5),
                (28, 28))
    timm_golden("timm-vit-average-class-token", "vit_tiny_patch16_224",
                dict(**small, patch_size=8, global_pool="avg"), (32, 32), quiet=QUIET)
    timm_golden("timm-vit-not-square", "vit_tiny_patch16_224", dict(**small, patch_size=8), (16, 40))
    timm_golden("timm-vit-resized", "vit_tiny_patch16_224", dict(**small, patch_size=8), (24, 40),
                weights_size=32)
    timm_golden("timm-deit-distilled", "deit_tiny_distilled_patch16_224",
                dict(**small, patch_size=8), (32, 32))
    timm_golden("timm-deit3", "deit3_small_patch16_224", dict(**small, patch_size=8), (32, 32),
                quiet=QUIET)
    timm_golden("timm-register-gap", "vit_medium_patch16_reg4_gap_256", dict(**small, patch_size=8),
                (32, 32), data=dict(crop_pct=0.95))
    timm_golden("timm-register-gap-resized", "vit_wee_patch16_reg1_gap_256",
                dict(**small, patch_size=8), (24, 24), weights_size=48)
    timm_golden("timm-gap", "vit_medium_patch16_gap_256", dict(**small, patch_size=8), (32, 32),
                quiet=QUIET)
    timm_golden("timm-clip-quickgelu", "vit_base_patch32_clip_quickgelu_224",
                dict(**small, patch_size=8), (32, 32), quiet=QUIET)
    timm_golden("timm-test-vit", "test_vit", dict(depth=2, num_classes=5, patch_size=8), (32, 32))
    timm_golden("timm-test-vit2", "test_vit2", dict(depth=2, num_classes=5, patch_size=8), (32, 32))
