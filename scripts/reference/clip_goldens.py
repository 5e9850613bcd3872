"""Goldens of CLIP: transformers' layout, OpenCLIP's, and OpenAI's archives."""

import json
import logging
import pathlib
import shutil
import tempfile
import warnings
import zipfile

import numpy as np
import open_clip
import open_clip.openai
import open_clip.transform
import safetensors.torch
import torch
import torch.nn.functional as functional
import transformers
from PIL import Image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

import hash_weights
from golden import Golden, Tracer, hugging_face, input_images
from image_goldens import QUIET, labelled, processed

START, END, VOCABULARY = 97, 98, 99


def token_rows(name, context, end=END, padding=0):
    """Three rows that end at different places, the last without padding."""
    rows = np.full((3, context), padding, dtype=np.int64)
    for index, length in enumerate((context * 3 // 4, 5, context)):
        body = hash_weights.bits(f"{name}.text.{index}", length) % (START - 6) + 6
        rows[index, :length] = body
        rows[index, 0] = START
        rows[index, length - 1] = end
    return rows


# transformers


def clip_processor(edge, crop=None, **changes):
    crop = crop or edge
    return {
        "crop_size": {"height": crop, "width": crop}, "do_center_crop": True,
        "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_processor_type": "CLIPImageProcessor",
        "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3,
        "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": edge}, **changes,
    }


def old_clip_processor(size):
    """As the first uploads spell it."""
    return {
        "crop_size": size, "do_center_crop": True, "do_normalize": True, "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": size,
    }


def text_config(**changes):
    return {
        "vocab_size": VOCABULARY, "hidden_size": 40, "intermediate_size": 52,
        "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 16,
        "bos_token_id": START, "eos_token_id": END, "pad_token_id": 0, "projection_dim": 24,
        **changes,
    }


def vision_config(**changes):
    return {
        "hidden_size": 60, "intermediate_size": 100, "num_hidden_layers": 3,
        "num_attention_heads": 3, "image_size": 24, "patch_size": 8, "projection_dim": 24, **changes,
    }


# The smallest that a golden with real files can be.
TEXT_SMALL = dict(hidden_size=24, intermediate_size=36, max_position_embeddings=12)
VISION_SMALL = dict(hidden_size=24, intermediate_size=44, num_hidden_layers=2)


def clip_golden(
    name, kind, *, text=None, vision=None, processor=None, form="hashed", quiet=1.0,
    interpolate=False, rename=None, kept=None, joint=None, ids=None,
):
    golden = Golden("clip", name, "huggingface.clip", quiet)
    model_class = getattr(transformers, kind)
    if model_class.config_class is transformers.CLIPConfig:
        config = transformers.CLIPConfig(
            text_config=text or text_config(), vision_config=vision, projection_dim=24,
            **(joint or {}))
    elif text:
        config = transformers.CLIPTextConfig(**text)
    else:
        config = transformers.CLIPVisionConfig(**vision)
    model = hugging_face(golden, model_class(config), form, rename, kept)
    golden.facts["architecture"] = kind
    embeddings = []
    inputs = {}
    tracer = Tracer()
    if vision:
        inputs["pixel_values"] = processed(golden, CLIPImageProcessorPil, processor)
        if interpolate:
            inputs["interpolate_pos_encoding"] = True
        tower = getattr(model, "vision_model", model)
        tracer.blocks("", tower.encoder.layers)
    if text:
        rows = token_rows(name, text["max_position_embeddings"]) if ids is None else ids
        golden.tensors["text.ids"] = rows
        inputs["input_ids"] = torch.from_numpy(rows)
        tower = getattr(model, "text_model", model)
        tracer.blocks("text.", tower.encoder.layers)
        tracer.output("text.norm", tower.final_layer_norm)
    with torch.no_grad():
        result = model(**inputs)
    for key, tensor in tracer.remove().items():
        golden.tensors[key] = tensor[:1]
    for tower, prefix in (("vision", ""), ("text", "text.")):
        if (vision if tower == "vision" else text) is None:
            continue
        output = getattr(result, f"{tower}_model_output", result)
        side = "image" if tower == "vision" else "text"
        if kind == "CLIPForImageClassification":
            hidden = golden.tensors[f"block.{len(model.vision_model.encoder.layers) - 1}"]
            with torch.no_grad():
                hidden = model.vision_model(inputs["pixel_values"]).last_hidden_state
            golden.tensors["pooled"] = hidden[:, 1:].mean(dim=1)
            golden.tensors["logits"] = result.logits
            embeddings.append("pooled")
            continue
        projected = None
        if kind == "CLIPModel":
            features = getattr(model, f"get_{side}_features")
            chosen = {
                key: value for key, value in inputs.items()
                if (key == "input_ids") == (tower == "text")
            }
            with torch.no_grad():
                output = features(**chosen)
                golden.tensors[prefix + "projected"] = output.pooler_output
                module = getattr(model, f"{tower}_model")
                golden.tensors[prefix + "pooled"] = module(**chosen).pooler_output
            embeddings.append(prefix + "projected")
            continue
        if kind.endswith("WithProjection"):
            projected = getattr(result, f"{side}_embeds")
            golden.tensors[prefix + "projected"] = projected
            with torch.no_grad():
                pooled = getattr(model, f"{tower}_model")(**inputs).pooler_output
            golden.tensors[prefix + "pooled"] = pooled
            embeddings.append(prefix + "projected")
        else:
            golden.tensors[prefix + "pooled"] = result.pooler_output
            embeddings.append(prefix + "pooled")
    if kind == "CLIPModel":
        golden.tensors["logits"] = result.logits_per_image
    golden.facts["interpolatesPositions"] = interpolate
    golden.write(embeddings)


# OpenCLIP

PREPROCESS = {
    "mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711],
    "interpolation": "bicubic", "resize_mode": "shortest",
}


def open_clip_config(*, vision=None, text=None, embed_dim=24, **model):
    return {
        "embed_dim": embed_dim, **model,
        "vision_cfg": {
            "image_size": 24, "layers": 2, "width": 60, "head_width": 20, "patch_size": 8,
            **(vision or {}),
        },
        "text_cfg": {
            "context_length": 12, "vocab_size": VOCABULARY, "width": 40, "heads": 2, "layers": 2,
            **(text or {}),
        },
    }


def timm_config(*, vision, text=None, embed_dim=24, **model):
    config = open_clip_config(text=text, embed_dim=embed_dim, **model)
    config["vision_cfg"] = {"timm_model_pretrained": False, "image_size": 32, **vision}
    return config


def built(config):
    config = json.loads(json.dumps(config))
    custom = config.pop("custom_text", False)
    return (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**config)


def trace_open_clip(golden, model, preprocess, rows, end=END):
    """The towers' tensors, for a model that is loaded."""
    name = golden.name
    images = [Image.fromarray(array) for array in input_images(name)]
    for index, image in enumerate(images):
        golden.tensors[f"input.{index}.rgb"] = np.asarray(image)
    cropped = []
    for image in images:
        for step in preprocess.transforms:
            if type(step).__name__ in ("MaybeToTensor", "Normalize"):
                break
            image = step(image)
        cropped.append(np.asarray(image))
    golden.tensors["pixels.uint8"] = np.stack(cropped)
    pixels = torch.stack([preprocess(image) for image in images])
    golden.tensors["pixels"] = pixels
    ids = torch.from_numpy(rows)
    golden.tensors["text.ids"] = rows

    tracer = Tracer()
    visual = model.visual
    timm_tower = hasattr(visual, "trunk")
    if timm_tower:
        trunk = visual.trunk
        tracer.blocks("", trunk.blocks)
        if not isinstance(trunk.norm, torch.nn.Identity):
            tracer.output("norm", trunk.norm)
    else:
        tracer.blocks("", visual.transformer.resblocks)
        if not visual.final_ln_after_pool:
            tracer.output("norm", visual.ln_post)
    text = getattr(model, "text", model)
    tracer.blocks("text.", text.transformer.resblocks)
    tracer.output("text.norm", text.ln_final)
    with torch.no_grad():
        projected = model.encode_image(pixels)
        text_projected = model.encode_text(ids)
        tensors = tracer.remove()
        if timm_tower:
            features = trunk.forward_features(pixels)
            pooled = trunk.forward_head(features, pre_logits=True)
        else:
            projection, visual.proj = visual.proj, None
            pooled = model.encode_image(pixels)
            visual.proj = projection
        if model is text:
            pool_type, end_id = model.text_pool_type, model.text_eos_id
        else:
            pool_type, end_id = text.pool_type, text.eos_id
        text_pooled = open_clip.transformer.text_global_pool(
            tensors["text.norm"], ids, pool_type, eos_token_id=end_id)
        logits = model.logit_scale.exp() * functional.normalize(projected, dim=-1) @ (
            functional.normalize(text_projected, dim=-1).T)
        if getattr(model, "logit_bias", None) is not None:
            logits = logits + model.logit_bias
        reference = model.get_logits(pixels, ids)[0]
        assert torch.allclose(logits, reference, atol=1e-4), (logits, reference)
    for key, tensor in tensors.items():
        golden.tensors[key] = tensor[:1]
    golden.tensors["pooled"] = pooled
    golden.tensors["text.pooled"] = text_pooled
    golden.tensors["projected"] = projected
    golden.tensors["text.projected"] = text_projected
    golden.tensors["logits"] = reference
    golden.write(["projected", "text.projected"])


def open_clip_golden(
    name, config, *, preprocess=None, form="hashed", file="open_clip_model.safetensors", quiet=1.0,
    weights_config=None, keep=(), rows=None, legacy_text_names=False,
):
    """`weights_config` makes the weights of another size; tensors named in `keep` are not filled."""
    golden = Golden("clip", name, "openclip", quiet)
    preprocess_config = {**PREPROCESS, **(preprocess or {})}
    golden.json(
        "open_clip_config.json", {"model_cfg": config, "preprocess_cfg": preprocess_config})
    source = built(weights_config or config)
    own = {n: t.clone() for n, t in source.state_dict().items()}
    state = own
    if legacy_text_names:
        state = {n.removeprefix("text."): t for n, t in own.items()}
    state = golden.fill(state)
    for kept in keep:
        state[kept] = own[kept]
    state = {n: t.contiguous() for n, t in state.items()}
    golden.facts["weightsFile"] = file
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        shutil.copy(golden.folder / "open_clip_config.json", folder)
        types = {"F16": torch.float16, "BF16": torch.bfloat16}
        written = {n: t.to(types.get(form.split(".")[0], t.dtype)) for n, t in state.items()}
        if form == "hashed":
            golden.store(state, form)
        golden.facts["weights"] = form
        if form.endswith("training"):
            # What open_clip's trainer saves, on several processes.
            wrapped = {"module." + n: t for n, t in written.items()}
            checkpoint = {"epoch": 3, "name": "run", "state_dict": wrapped}
            torch.save(checkpoint, folder / file)
        elif file.endswith(".bin"):
            torch.save(written, folder / file)
        else:
            safetensors.torch.save_file(written, folder / file, {"format": "pt"})
        if form != "hashed":
            shutil.copy(folder / file, golden.folder / file)
        model = open_clip.create_model(f"local-dir:{folder}").eval()
    transform = open_clip.transform.image_transform_v2(
        open_clip.transform.PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    golden.facts["architecture"] = type(model).__name__
    context = config["text_cfg"]["context_length"]
    trace_open_clip(golden, model, transform, token_rows(name, context) if rows is None else rows)


def without_debug_records(path):
    """Drops a TorchScript archive's records of source places, which name folders of the machine that
    traced it. Storages stay aligned and the code stays deflated, as in the file as saved."""
    reader = torch._C.PyTorchFileReader(str(path))
    own = (".format_version", ".storage_alignment", "version", "byteorder", ".data/serialization_id")
    records = {
        record: reader.get_record(record)
        for record in reader.get_all_records()
        if not record.endswith(".debug_pkl") and record not in own
    }
    del reader
    writer = torch._C.PyTorchFileWriter(str(path))
    for record, content in records.items():
        if not record.startswith("code/"):
            writer.write_record(record, content, len(content))
    writer.write_end_of_file()
    del writer
    with zipfile.ZipFile(path, "a") as archive:
        for record, content in records.items():
            if record.startswith("code/"):
                entry = zipfile.ZipInfo(f"{path.stem}/{record}")
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)


def open_ai_golden(name):
    """A traced module with OpenAI's names, types and extra entries."""
    golden = Golden("clip", name, "openai")
    config = dict(
        embed_dim=24, quick_gelu=True,
        vision_cfg=dict(image_size=16, layers=1, width=64, patch_size=8),
        text_cfg=dict(context_length=12, vocab_size=VOCABULARY, width=64, heads=1, layers=1))
    model = built(config).eval()
    model.load_state_dict(golden.fill(model.state_dict()))
    for buffer, value in (("input_resolution", 16), ("context_length", 12), ("vocab_size", 99)):
        if hasattr(model, buffer):
            delattr(model, buffer)
        model.register_buffer(buffer, torch.tensor(value))
    images = torch.ones((2, 3, 16, 16))
    ids = torch.zeros((2, 12), dtype=torch.int)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # OpenAI's files have no `attn_mask` among their tensors either: it is a constant of the code.
        mask = model.attn_mask
        del model.attn_mask
        model.attn_mask = mask
        traced = torch.jit.trace_module(
            model,
            inputs={
                "forward": (images, ids), "encode_image": (images,), "encode_text": (ids,),
            },
            check_trace=False)
    half = ("conv1.weight", "proj", "text_projection")
    for key, parameter in traced.named_parameters():
        is_norm = any(part.startswith("ln_") for part in key.split("."))
        if key.endswith(half) or (".resblocks." in key and not is_norm):
            parameter.data = parameter.data.half()
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "ViT-tiny.pt"
        traced.save(str(path))
        without_debug_records(path)
        kept = golden.folder / "ViT-tiny.pt"
        shutil.copy(path, kept)
        model = open_clip.openai.load_openai_model(str(path), precision="fp32", device="cpu")
    model.eval()
    golden.facts["weights"] = "TorchScript"
    golden.facts["weightsFile"] = "ViT-tiny.pt"
    golden.facts["architecture"] = "CLIP"
    config = open_clip.transform.PreprocessCfg(size=16)
    trace_open_clip(
        golden, model, open_clip.transform.image_transform_v2(config, is_train=False), token_rows(name, 12))


def prefixed(prefix):
    return lambda state: {prefix + name: tensor for name, tensor in state.items()}


def clip_goldens():
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")

    clip_golden("clip", "CLIPModel", text=text_config(), vision=vision_config(image_size=32),
                processor=clip_processor(32), quiet=QUIET)
    legacy_ids = token_rows("clip-legacy-end", 16)
    legacy_ids[0, 3] = 2
    clip_golden("clip-legacy-end", "CLIPModel", text=text_config(eos_token_id=2),
                vision=vision_config(hidden_act="gelu"), processor=old_clip_processor(24),
                ids=legacy_ids)
    # The end token is not the largest id, and comes twice.
    low_end = token_rows("clip-first-end", 16, end=5, padding=5)
    clip_golden("clip-first-end", "CLIPModel", text=text_config(eos_token_id=5, pad_token_id=5),
                vision=vision_config(hidden_size=72, num_attention_heads=1, image_size=28,
                                     patch_size=14, num_hidden_layers=2),
                processor=clip_processor(30, 28), ids=low_end)
    clip_golden("clip-activations-epsilon", "CLIPModel",
                text=text_config(hidden_act="gelu_new", layer_norm_eps=0.03125),
                vision=vision_config(hidden_act="relu", layer_norm_eps=0.015625),
                processor=clip_processor(24))
    clip_golden("clip-interpolated", "CLIPModel", text=text_config(), vision=vision_config(),
                processor=clip_processor(24, crop_size={"height": 24, "width": 40},
                                         size={"height": 24, "width": 40}),
                interpolate=True)
    small_text = text_config(**TEXT_SMALL)
    small_vision = vision_config(**VISION_SMALL)
    positions = {
        "text_model.embeddings.position_ids": torch.arange(12)[None],
        "vision_model.embeddings.position_ids": torch.arange(10)[None],
    }
    clip_golden("clip-f16-position-ids", "CLIPModel", text=small_text, vision=small_vision,
                processor=clip_processor(24), form="F16.safetensors", kept=positions)
    clip_golden("clip-bf16-shards", "CLIPModel", text=small_text, vision=small_vision,
                processor=clip_processor(24), form="BF16.shards")
    clip_golden("clip-bin", "CLIPModel", text=small_text, vision=small_vision,
                processor=clip_processor(24), form="F16.bin", kept=positions)
    clip_golden("clip-text-projection", "CLIPTextModelWithProjection", text=text_config())
    clip_golden("clip-vision-projection", "CLIPVisionModelWithProjection",
                vision=vision_config(hidden_size=72, num_attention_heads=1, image_size=28,
                                     patch_size=14, num_hidden_layers=2),
                processor=clip_processor(28))
    clip_golden("clip-text-v4", "CLIPTextModel", text=text_config(),
                rename=prefixed("text_model."))
    clip_golden("clip-text-v5", "CLIPTextModel", text=text_config())
    clip_golden("clip-vision-v4", "CLIPVisionModel", vision=vision_config(),
                processor=clip_processor(24), rename=prefixed("vision_model."))
    clip_golden("clip-vision-v5", "CLIPVisionModel", vision=vision_config(),
                processor=clip_processor(24))
    clip_golden("clip-image-classification", "CLIPForImageClassification",
                vision=vision_config(), processor=clip_processor(24), joint=labelled(5))

    open_clip_golden("openclip", open_clip_config(), quiet=QUIET)
    open_clip_golden("openclip-quickgelu", open_clip_config(quick_gelu=True),
                     preprocess={"resize_mode": "squash", "interpolation": "bilinear"})
    open_clip_golden(
        "openclip-custom-text",
        open_clip_config(
            custom_text=True, init_logit_bias=-10, nonscalar_logit_scale=True,
            vision=dict(ls_init_value=0.1),
            text=dict(ls_init_value=0.1, proj_bias=True, pool_type="last", no_causal_mask=True)),
        preprocess={"resize_mode": "longest", "fill_color": 90})
    end_rows = token_rows("openclip-average", 12, end=5)
    open_clip_golden(
        "openclip-average",
        open_clip_config(
            custom_text=True,
            vision=dict(pool_type="avg", final_ln_after_pool=True, no_ln_pre=True, mlp_ratio=2.5,
                        pos_embed_type="sin_cos_2d", width=24, head_width=12),
            text=dict(pool_type="eos", eos_id=5, mlp_ratio=2.3, width=24)),
        keep=["visual.positional_embedding"], form="BF16.safetensors", rows=end_rows)
    open_clip_golden(
        "openclip-average-normed",
        open_clip_config(
            vision=dict(pool_type="avg", act_kwargs={"approximate": "tanh"},
                        norm_kwargs={"eps": 0.015625}),
            text=dict(pool_type="first", no_causal_mask=True, act_kwargs={"approximate": "tanh"},
                      norm_kwargs={"eps": 0.03125})))
    open_clip_golden(
        "openclip-text-names", open_clip_config(custom_text=True, text=dict(heads=4)),
        legacy_text_names=True)
    open_clip_golden(
        "openclip-resized",
        open_clip_config(vision=dict(image_size=[24, 32]), text=dict(context_length=10)),
        weights_config=open_clip_config(text=dict(context_length=16)))
    open_clip_golden(
        "openclip-training-checkpoint",
        open_clip_config(
            vision=dict(width=24, head_width=12, mlp_ratio=1.5),
            text=dict(width=24, mlp_ratio=1.5)),
        form="F32.training", file="open_clip_pytorch_model.bin")
    open_clip_golden(
        "openclip-no-text-projection",
        open_clip_config(custom_text=True, embed_dim=40, text=dict(proj_type="none")))
    open_clip_golden(
        "openclip-timm-token-linear",
        timm_config(vision=dict(timm_model_name="test_vit", timm_pool="token", timm_proj="linear")),
        preprocess={"mean": [0.5] * 3, "std": [0.5] * 3})
    open_clip_golden(
        "openclip-timm-avg-linear",
        timm_config(
            custom_text=True,
            vision=dict(timm_model_name="test_vit", timm_pool="avg", timm_proj="linear",
                        timm_proj_bias=True, image_size=48)))
    open_clip_golden(
        "openclip-timm-mlp",
        timm_config(
            custom_text=True,
            vision=dict(timm_model_name="test_vit2", timm_pool="avg", timm_proj="mlp",
                        timm_proj_bias=True)))
    open_clip_golden(
        "openclip-timm-none",
        timm_config(
            custom_text=True, embed_dim=64,
            vision=dict(timm_model_name="test_vit", timm_pool="avg", timm_proj="none")))
    open_clip_golden(
        "openclip-timm-head",
        timm_config(
            quick_gelu=True,
            vision=dict(timm_model_name="test_vit", timm_pool="token", timm_proj=None)))
    open_ai_golden("openai-torchscript")
