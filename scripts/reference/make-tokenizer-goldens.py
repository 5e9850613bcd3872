#!/usr/bin/env python3
"""Writes Tests/Data/text: generated strings, and their ids by the three reference tokenisers.

Scripts, emoji, combining marks, controls, entities, widths, quotation marks, contractions, special
strings and all kinds of white space, from a fixed seed. A string on which ftfy undoes wrong
decoding is drawn again: VitText does not do that. Of long texts only hashes of the ids are kept: of the
generated strings as one text, and of each thousand captions of a file.

    pip install -r scripts/reference/requirements.txt && pip install --no-deps openai-clip==1.0.1
    scripts/reference/make-tokenizer-goldens.py FOLDER_OF_THE_CLIP_TOKENISER COCO_CAPTIONS
"""

import html.entities
import importlib.util
import json
import pathlib
import random
import struct
import sys
import unicodedata

import ftfy

COUNT = 1000
OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Data/text"
WORDS = "a photo of the cat Dog running beach sunset 2 in with RED car's it's they'll I'd we've \
you're I'm don't O'Clock snake_case C++ e-mail naïve café Straße İstanbul ΣΊΣΥΦΟΣ ΟΔΟΣ Σ ﬁne ǆ ĳs \
ŉ Å Å é ñandú ｆｕｌｌ ｗｉｄｔｈ ｶﾀｶﾅ ﾞ １２３ ½ ² Ⅷ ① ٣٤ ४५ ſ 'ſ ''s 'S 'LL Ω K µ".split()
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x370, 0x3FF), (0x400, 0x52F),
    (0x531, 0x58F), (0x590, 0x5F4), (0x600, 0x6FF), (0x700, 0x7FF), (0x8A0, 0x8FF), (0x900, 0x97F),
    (0x980, 0x9FF), (0xB80, 0xBFF), (0xC00, 0xC7F), (0xD00, 0xD7F), (0xE00, 0xE7F), (0xE80, 0xEFF),
    (0xF00, 0xFBC), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F),
    (0x13A0, 0x13FF), (0x1780, 0x17FF), (0x1800, 0x18AF), (0x1AB0, 0x1ACE), (0x1C80, 0x1CBF),
    (0x1D00, 0x1DFF), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x209C),
    (0x20A0, 0x20F0), (0x2100, 0x218B), (0x2190, 0x23FF), (0x2460, 0x24FF), (0x2C00, 0x2DFF),
    (0x3000, 0x30FF), (0x3100, 0x318F), (0x3200, 0x33FF), (0x4E00, 0x9FFF), (0xA640, 0xA69F),
    (0xA720, 0xA7FF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFB4F), (0xFE20, 0xFE2F),
    (0xFF00, 0xFFEF), (0x10400, 0x1044F), (0x10C80, 0x10CFF), (0x10D50, 0x10D85),
    (0x11930, 0x11959), (0x118A0, 0x118F2), (0x12000, 0x123FF), (0x1D400, 0x1D7FF), (0x1E900, 0x1E95F),
    (0x20000, 0x2A6DF), (0x31350, 0x323AF),
]
EMOJI = ["😀", "👩🏽‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇫🇷", "❤️", "❤", "✨", "1️⃣", "🫠", "🪿", "🐦‍⬛"]
MARKS = [chr(i) for i in range(0x300, 0x370)] + ["\u0483", "\u05B0", "\u0651", "\u093C", "\u0E38",
         "\u0F71", "\u1DFF", "\u20D0", "\u3099", "\u309A", "\u0345", "\u0898", "\u1AC1",
         "\U00011930"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\r", "\u00A0", "\u2003", "\u2028", "\u2029", "\u3000",
          "\u200B", "\u0085", "\u000B", "\f", "\u001C", "\u180E", "\uFEFF"]
CONTROLS = [chr(i) for i in range(1, 32)] + ["\x7F", "\u0080", "\u009F", "\u0092", "\u200D",
            "\u202E", "\u206A", "\uFFF9", "\uFFFC", "\uFFFD", "\x1b[31m", "\x1b[0;1;4m", "\x1b["]
SPECIALS = ["<|startoftext|>", "<|endoftext|>", "<|EndOfText|>", "<start_of_text>", "<end_of_text>",
            "<END_OF_TEXT>", "<|endoftext|", "<br>", "</w>", "<ſtart_of_text>"]
QUOTES = list("‘’‚‛“”„‟'\"`´ʼ«»") + ["''", "n't"]
NAMES = sorted(html.entities.html5)
NUMBERS = [0, 10, 38, 39, 59, 60, 128, 133, 150, 160, 233, 8217, 55296, 128512, 1114112]
BROKEN = ["", "#", "#x", "#x;", ";", "notit;", "amp", "AMPx", "eacutes", "#12a;", "unknown;"]
PUNCTUATION = "!?.,;:-_'\"()[]{}*&^%$#@~`|\\/+=<>0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"


def entity(draw):
    kind = draw.randrange(8)
    if kind < 3:
        return "&" + draw.choice(NAMES)
    if kind == 3:
        return "&" + draw.choice(NAMES).upper()
    if kind == 4:
        return f"&#{draw.choice(NUMBERS)};"
    if kind == 5:
        return f"&#x{draw.randrange(0x20, 0x2FF):x}" + draw.choice(["", ";"])
    if kind == 6:
        return "&amp;" + draw.choice(["amp;", "lt;", "#39;", "nbsp;", "copy"])
    return "&" + draw.choice(BROKEN)


def part(draw):
    kind = draw.randrange(14)
    if kind < 3:
        return draw.choice(WORDS)
    if kind < 6:
        first, last = draw.choice(BLOCKS)
        return "".join(chr(draw.randint(first, last)) for _ in range(draw.randint(1, 6)))
    if kind == 6:
        return "".join(draw.choice(EMOJI) for _ in range(draw.randint(1, 3)))
    if kind == 7:
        base = draw.choice("aeinouAEıçكकกか\u1100가각")
        return base + "".join(draw.choice(MARKS) for _ in range(draw.randint(1, 4)))
    if kind == 8:
        return draw.choice(CONTROLS)
    if kind == 9:
        return entity(draw)
    if kind == 10:
        return draw.choice(SPECIALS) if draw.random() < 0.5 else draw.choice(QUOTES)
    if kind == 11:
        return "".join(draw.choice(PUNCTUATION) for _ in range(draw.randint(1, 6)))
    if kind == 12:
        return unicodedata.normalize(draw.choice(["NFD", "NFKC", "NFKD"]), draw.choice(WORDS))
    return "".join(draw.choice(LETTERS) for _ in range(draw.randint(1, 40)))


def string(draw):
    text = ""
    for _ in range(draw.randint(1, 12)):
        text += part(draw)
        if draw.random() < 0.6:
            text += draw.choice(SPACES) if draw.random() < 0.4 else " "
    return text


def strings():
    draw = random.Random(20261125)
    out = []
    while len(out) < COUNT:
        text = string(draw)
        if ftfy.fix_text(text) == ftfy.fix_text(text, fix_encoding=False):
            out.append(text)
    return out


def references(folder):
    """Functions from a text to all of its ids, by layout."""
    # By its path: the package itself asks for more than its tokeniser needs.
    origin = importlib.util.find_spec("clip").origin
    spec = importlib.util.spec_from_file_location(
        "simple_tokenizer", pathlib.Path(origin).parent / "simple_tokenizer.py")
    clip = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(clip)
    from open_clip.tokenizer import SimpleTokenizer
    from transformers import CLIPTokenizer

    hugging_face = CLIPTokenizer.from_pretrained(folder)
    open_clip = SimpleTokenizer()
    open_ai = clip.SimpleTokenizer()

    return {
        "huggingFace": lambda text: hugging_face(text)["input_ids"],
        "openCLIP": lambda text: [49406, *open_clip.encode(text), 49407],
        "openAI": lambda text: [49406, *open_ai.encode(text), 49407],
    }


def truncated(ids):
    return ids if len(ids) <= 77 else ids[:76] + [49407]


def pack(rows):
    """Little-endian, 16 bits a number: the count of each row, then its ids."""
    return b"".join(struct.pack(f"<{len(row) + 1}H", len(row), *row) for row in rows)


def fingerprint(ids):
    """FNV-1a of the ids as 16-bit numbers."""
    value = 0xCBF29CE484222325
    for byte in struct.pack(f"<{len(ids)}H", *ids):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


if __name__ == "__main__":
    texts = strings()
    captions = pathlib.Path(sys.argv[2]).read_text().splitlines()
    long_text = "\n".join(texts)
    assert ftfy.fix_text(long_text) == ftfy.fix_text(long_text, fix_encoding=False)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with open(OUTPUT / "generated-strings.json", "w", encoding="utf-8") as file:
        json.dump(texts, file, ensure_ascii=False, separators=(",\n", ":"))
    hashes = {}
    rows = {}
    for name, encode in references(sys.argv[1]).items():
        rows[name] = [truncated(encode(text)) for text in texts]
        long_ids = encode(long_text)
        hashes[name] = {
            "long": {"count": len(long_ids), "hash": fingerprint(long_ids)},
            "captions": [
                fingerprint([i for text in captions[start : start + 1000]
                             for i in truncated(encode(text))])
                for start in range(0, len(captions), 1000)
            ],
        }
    # Most rows of OpenAI's are OpenCLIP's; those are left empty.
    rows["openAI"] = [[] if a == b else a for a, b in zip(rows["openAI"], rows["openCLIP"])]
    for name in rows:
        (OUTPUT / f"generated-ids-{name}.bin").write_bytes(pack(rows[name]))
    (OUTPUT / "hashes.json").write_text(json.dumps(hashes, indent=1))
