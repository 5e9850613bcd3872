"""Weights that need no storing: every element from an integer hash of the tensor's name and its index.

Swift computes the same in Tests/VitTestSupport/HashWeights.swift, to the last bit:

    h = FNV-1a, 64 bits, of the name's UTF-8 bytes
    z = h + (index + 1) * 0x9E3779B97F4A7C15            (mod 2^64; then splitmix64's finaliser)
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9
    z = (z ^ z >> 27) * 0x94D049BB133111EB
    u = (z ^ z >> 31) >> 40                              24 bits
    value = float32(u - 2^23) * float32(scale * 2^-23) + float32(offset)

u - 2^23 and scale * 2^-23 are exact in float32 (`scale` has at most 8 significant bits), so that the
product and the sum are rounded once each. Values are uniform in offset ± scale.
"""

import math

import numpy as np

ATTENTION = (
    "q_proj", "k_proj", "v_proj", "query.", "key.", "value.", "qkv.", "in_proj", "out_proj.",
    "attention.output", "attn.proj.",
)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def bits(name, count):
    """`count` hashed integers of 24 bits."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return (z ^ z >> np.uint64(31)) >> np.uint64(40)


def values(name, shape, scale, offset):
    centred = (bits(name, math.prod(shape)).astype(np.int64) - (1 << 23)).astype(np.float32)
    result = centred * np.float32(scale * 2.0**-23) + np.float32(offset)
    assert result.dtype == np.float32
    return result.reshape(shape)


def rounded(value):
    """To 8 significant bits."""
    if value == 0:
        return 0.0
    unit = 2.0 ** (math.floor(math.log2(value)) - 7)
    return round(value / unit) * unit


def is_embedding(name, shape):
    """What makes the tokens before the first block."""
    words = ("patch", "embed", "pos", "token", "conv1", "cls_", "class_", "probe", "latent", "query")
    parts = name.split(".")
    outside = not any(part in ("layer", "layers", "blocks", "resblocks") for part in parts)
    return outside and any(word in name for word in words)


def spread(name, shape, quiet=1.0):
    """The (scale, offset) of a tensor: spreads that keep every block alive.

    `quiet` multiplies what makes the tokens, so that their variance is small enough for the epsilon of
    the first norm to show.
    """
    deviation, offset = 0.0, 0.0
    if name.endswith("logit_scale"):
        return 0.0, 2.125
    if name.endswith("logit_bias"):
        return 0.0, -1.75
    parameter = name.rsplit(".", 1)[-1]
    embedding = is_embedding(name, shape)
    if name.endswith("attn_pool.query"):
        deviation, embedding = 0.3, False
    elif len(shape) == 1 and parameter == "weight":
        deviation, offset, embedding = 0.1, 1.0, False
    elif parameter.endswith("bias"):
        deviation = 0.1
    elif len(shape) == 1 or math.prod(shape) == max(shape):
        deviation = 0.5
    elif len(shape) == 4:
        deviation = math.prod(shape[1:]) ** -0.5
    elif parameter in ("proj", "text_projection") and not name.endswith("weight"):
        deviation, embedding = shape[0] ** -0.5, False
    elif embedding:
        # Loud words and places: captions that end alike must not pool alike.
        deviation = 0.75 if "token_embedding" in name else 0.5 if "position" in name else 0.3
    else:
        deviation = shape[1] ** -0.5
        # A loud feed-forward branch, its inputs where the kinds of GELU differ most (|x| about 2).
        if any(part in name for part in ("fc1.", "c_fc.", "intermediate.dense.")):
            deviation *= 1.75
        elif any(part in name for part in ("fc2.", "c_proj.", "output.dense.")):
            deviation *= 1.0 if "attention.output" in name else 2.0
        # Attention that chooses, and that shows beside it.
        if any(part in name for part in ATTENTION):
            deviation *= 1.5
    if embedding:
        deviation *= quiet
    return rounded(deviation * math.sqrt(3)), offset
