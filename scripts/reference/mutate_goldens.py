"""Shows that the goldens can fail: reads every golden back with its reference, which must agree, and
then with one thing wrong at a time, which some golden must notice.

    scripts/reference/mutate-goldens

The comparison is that of the Swift tests: max|a - b| <= 1e-4 * max|b|, tensor by tensor.
"""

import contextlib
import json
import logging
import math
import pathlib
import shutil
import sys
import tempfile
import warnings
from unittest import mock

import open_clip
import open_clip.openai
import safetensors.numpy
import safetensors.torch
import timm
import timm.models.vision_transformer
import torch
import transformers
from torch import nn

import hash_weights
from golden import GOLDENS, Tracer

TOLERANCE = 1e-4
interpolate = nn.functional.interpolate


class Case:
    """A golden read back from what is checked in."""

    def __init__(self, folder, directory):
        self.name = f"{folder.parent.name}/{folder.name}"
        self.facts = json.loads((folder / "golden.json").read_text())
        self.expected = {
            name: torch.from_numpy(array)
            for name, array in safetensors.numpy.load_file(folder / "golden.safetensors").items()
        }
        self.folder = directory / folder.parent.name / folder.name
        shutil.copytree(folder, self.folder)
        (self.folder / "golden.safetensors").unlink()
        if self.facts["weights"] == "hashed":
            entries = json.loads((folder / "weights.json").read_text())
            state = {
                e["name"]: hash_weights.values(e["name"], e["shape"], e["scale"], e["offset"])
                for e in entries
            }
            file = self.facts.get("weightsFile", "model.safetensors")
            safetensors.numpy.save_file(state, self.folder / file, {"format": "pt"})

    def load(self):
        family, kind = self.facts["family"], self.facts["architecture"]
        if family.startswith("huggingface"):
            model = getattr(transformers, kind).from_pretrained(
                self.folder, attn_implementation="eager", dtype=torch.float32)
            if "pooler" not in self.expected and hasattr(model, "pooler"):
                model.pooler = None
        elif family == "timm":
            config = json.loads((self.folder / "config.json").read_text())
            model = timm.create_model(kind, **config["model_args"])
            state = safetensors.torch.load_file(self.folder / "model.safetensors")
            state = {name: tensor.float() for name, tensor in state.items()}
            model.load_state_dict(
                timm.models.vision_transformer.checkpoint_filter_fn(state, model))
        elif family == "openclip":
            model = open_clip.create_model(f"local-dir:{self.folder}")
        else:
            file = self.folder / self.facts["weightsFile"]
            model = open_clip.openai.load_openai_model(str(file), precision="fp32", device="cpu")
        return model.eval()

    @torch.no_grad()
    def run(self, model):
        tracer = Tracer()
        pixels, ids = self.expected.get("pixels"), self.expected.get("text.ids")
        family = self.facts["family"]
        outputs = {}
        if family.startswith("huggingface.clip"):
            if pixels is not None:
                tracer.blocks("", getattr(model, "vision_model", model).encoder.layers)
            if ids is not None:
                tracer.blocks("text.", getattr(model, "text_model", model).encoder.layers)
            arguments = {"pixel_values": pixels, "input_ids": ids}
            if self.facts["interpolatesPositions"]:
                arguments["interpolate_pos_encoding"] = True
            result = model(**{k: v for k, v in arguments.items() if v is not None})
            if hasattr(result, "logits_per_image"):
                outputs["logits"] = result.logits_per_image
            elif hasattr(result, "logits"):
                outputs["logits"] = result.logits
            elif hasattr(result, "image_embeds"):
                outputs["projected"] = result.image_embeds
            elif hasattr(result, "text_embeds"):
                outputs["text.projected"] = result.text_embeds
            else:
                outputs["pooled" if ids is None else "text.pooled"] = result.pooler_output
        elif family.startswith("huggingface"):
            tracer.blocks("", getattr(model, model.base_model_prefix, model).layers)
            result = model(pixels, interpolate_pos_encoding=self.facts["interpolatesPositions"])
            if hasattr(result, "logits"):
                outputs["logits"] = result.logits
            elif result.pooler_output is not None:
                outputs["pooler"] = result.pooler_output
            else:
                outputs["pooled"] = result.last_hidden_state[:, 0]
        elif family == "timm":
            tracer.blocks("", model.blocks)
            outputs["pooled"] = model.forward_head(model.forward_features(pixels), pre_logits=True)
            if model.num_classes:
                outputs["logits"] = model(pixels)
        else:
            trunk = getattr(model.visual, "trunk", None)
            tracer.blocks("", trunk.blocks if trunk else model.visual.transformer.resblocks)
            tracer.blocks("text.", getattr(model, "text", model).transformer.resblocks)
            outputs["projected"] = model.encode_image(pixels)
            outputs["text.projected"] = model.encode_text(ids)
            outputs["logits"] = model.get_logits(pixels, ids)[0]
        traced = {name: tensor[:1] for name, tensor in tracer.remove().items()}
        return {**traced, **outputs}

    def worst(self, actual):
        """The largest difference over tensors, relative to each tensor's largest element."""
        result = 0.0
        for name, tensor in actual.items():
            expected = self.expected[name]
            if tensor.shape != expected.shape:
                return math.inf
            result = max(result, float((tensor - expected).abs().max() / expected.abs().max()))
        return result


# Mutations change a loaded model and say whether they found something to change.


def gelu(model):
    found = False
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            kind = type(child).__name__
            if "GELU" not in kind or "Quick" in kind:
                continue
            tanh = "New" in kind or getattr(child, "approximate", "none") == "tanh"
            setattr(module, name, nn.GELU("none" if tanh else "tanh"))
            found = True
    return found


def quick_gelu(model):
    found = False
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if "QuickGELU" in type(child).__name__ or "quick" in type(child).__name__.lower():
                setattr(module, name, nn.GELU())
                found = True
    return found


def epsilon(model):
    wrong = {1e-12: 1e-6, 1e-6: 1e-5, 1e-5: 1e-6}
    for module in model.modules():
        if isinstance(module, nn.LayerNorm):
            module.eps = wrong.get(module.eps, 1e-5)
    return True


def query_parts(model):
    """(query, key, heads) views of every attention's weights and biases."""
    for module in model.modules():
        if hasattr(module, "q_proj") and hasattr(module, "k_proj"):
            heads = getattr(module, "num_heads", None) or (
                module.q_proj.out_features // module.head_dim)
            for kind in ("weight", "bias"):
                query, key = getattr(module.q_proj, kind), getattr(module.k_proj, kind)
                if query is not None:
                    yield query.data, key.data, heads
        packed = []
        if hasattr(module, "in_proj_weight"):
            packed = [module.in_proj_weight, module.in_proj_bias]
        elif hasattr(module, "qkv"):
            packed = [module.qkv.weight, module.qkv.bias]
        for tensor in packed:
            if tensor is not None:
                width = tensor.shape[0] // 3
                yield tensor.data[:width], tensor.data[width : 2 * width], module.num_heads


def query_key_order(model):
    for query, key, _ in query_parts(model):
        held = query.clone()
        query.copy_(key)
        key.copy_(held)
    return True


def scale(model):
    """width^-1/2 in place of headSize^-1/2."""
    found = False
    for query, _, heads in query_parts(model):
        query.mul_(heads**-0.5)
        found = found or heads > 1
    return found


def layer_scale(model):
    found = False
    for name, parameter in model.named_parameters():
        if name.endswith("gamma"):
            parameter.data.fill_(1)
            found = True
    return found


def image_pooling(model):
    visual = getattr(model, "visual", model)
    if isinstance(model, timm.models.VisionTransformer):
        if model.global_pool == "token":
            model.global_pool = "avg"
        else:
            model.pool_include_prefix = True
            return model.num_prefix_tokens > 0
        return True
    if hasattr(visual, "pool_type"):
        visual.pool_type = "avg" if visual.pool_type == "tok" else "tok"
        return True
    return False


def text_pooling(model):
    """Largest id for first end, first end for last position, last position for the others."""
    if isinstance(model, transformers.PreTrainedModel):
        text = getattr(model, "text_model", model)
        if not hasattr(text, "eos_token_id"):
            return False
        text.eos_token_id = 2 if text.eos_token_id != 2 else 1
        return True
    if hasattr(model, "text_pool_type"):
        model.text_pool_type = "last"
        return True
    if hasattr(model, "text"):
        model.text.pool_type = "argmax" if model.text.pool_type in ("last", "eos") else "last"
        return True
    return False


def causal_mask(model):
    if isinstance(model, transformers.PreTrainedModel):
        return isinstance(model, transformers.models.clip.modeling_clip.CLIPPreTrainedModel)
    found = False
    for module in [model, getattr(model, "text", None)]:
        if getattr(module, "attn_mask", None) is not None:
            module.attn_mask = None
            found = True
    return found


def no_mask(**_):
    return None


def other_kernel(*arguments, **keywords):
    if keywords.get("mode") == "bicubic":
        keywords["antialias"] = not keywords.get("antialias", False)
    return interpolate(*arguments, **keywords)


def untouched(model):
    return True


MASK = "transformers.models.clip.modeling_clip.create_causal_mask"
# name, change of the model, what is replaced while loading and running
MUTATIONS = [
    ("erf and tanh GELU exchanged", gelu, None),
    ("quick GELU taken for GELU", quick_gelu, None),
    ("epsilon of another family", epsilon, None),
    ("query and key exchanged", query_key_order, None),
    ("attention scaled by width, not head size", scale, None),
    ("layer scale left out", layer_scale, None),
    ("image pooled another way", image_pooling, None),
    ("text pooled elsewhere", text_pooling, None),
    ("causal mask left out", causal_mask, lambda: mock.patch(MASK, no_mask)),
    ("positions interpolated with the other kernel", untouched,
     lambda: mock.patch("torch.nn.functional.interpolate", other_kernel)),
]


def main():
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    failures = []
    with tempfile.TemporaryDirectory() as temporary:
        folders = sorted(path.parent for path in GOLDENS.glob("*/*/golden.json"))
        cases = [Case(folder, pathlib.Path(temporary)) for folder in folders]
        for case in cases:
            difference = case.worst(case.run(case.load()))
            if not difference <= 1e-5:
                failures.append(f"{case.name}: read back, it differs by {difference:.1e}")
        print(f"{len(cases)} goldens agree with themselves" if not failures else failures)
        for name, change, patch in MUTATIONS:
            caught, tried = [], 0
            for case in cases:
                with patch() if patch else contextlib.nullcontext():
                    model = case.load()
                    if not change(model):
                        continue
                    tried += 1
                    if case.worst(case.run(model)) > TOLERANCE:
                        caught.append(case.name)
            print(f"{name}: {len(caught)} of {tried} notice, as {', '.join(caught[:3])}", flush=True)
            if not caught:
                failures.append(f"{name}: no golden notices")
    if failures:
        sys.exit("\n".join(failures))


main()
