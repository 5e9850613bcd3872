#!/usr/bin/env python3
"""Writes the tables of Sources/CTextData: what the reference tokenisers take each character for.

The references disagree about characters that are younger than the Unicode version they were built
with, so the tables are asked of them, not of a Unicode data file:

* Hugging Face: Oniguruma's classes and Rust's lower-casing, inside tokenizers;
* OpenCLIP and OpenAI: the classes of regex, and lower-casing and NFC of Python 3.11 (Unicode 14).

    pip install tokenizers==0.23.3 ftfy==6.3.1 regex==2026.11.15     # Python 3.11
    scripts/reference/make-tokenizer-tables.py
"""

import html
import html.entities
import pathlib
import unicodedata

import ftfy.chardata
import regex
from tokenizers import Regex, normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Sources/CTextData"
SCALARS = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000]
HEADER = """// Written by scripts/reference/make-tokenizer-tables.py; do not edit.

#include "CTextData.h"

"""


def oniguruma(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return {c for piece, _ in split.pre_tokenize_str("".join(SCALARS)) for c in piece}


def numbers(values, per_line=10):
    values = list(values)
    lines = [
        "  " + " ".join(f"0x{v:X}," for v in values[i : i + per_line])
        for i in range(0, len(values), per_line)
    ]
    return "\n".join(lines)


def table(name, values):
    values = list(values)
    return (
        f"static const uint32_t {name}_values[{len(values)}] = {{\n{numbers(values)}\n}};\n\n"
        f"vit_text_table vit_{name}(void) {{\n"
        f"  return (vit_text_table){{{name}_values, {len(values)}}};\n}}\n\n"
    )


def breakpoints(value):
    """Where `value` of a code point changes: code point << 8 | value, in order."""
    out, last = [], 0
    for i in range(0x110000):
        v = 0 if 0xD800 <= i < 0xE000 else value(chr(i))
        if v != last:
            out.append(i << 8 | v)
            last = v
    return out


def lower_runs(python, rust):
    """Runs (first, count << 8 | stride << 4 | flavours, delta) of equally shifted letters.

    flavours: 1 Python, 2 Rust. U+0130, which becomes two characters, is left to the code."""
    entries = []
    for c in SCALARS:
        for flavours, target in ((3, python(c) if python(c) == rust(c) else c),
                                 (1, python(c) if python(c) != rust(c) else c),
                                 (2, rust(c) if python(c) != rust(c) else c)):
            if target != c:
                if len(target) != 1:
                    assert c == "\u0130" and flavours == 3 and target == "i\u0307"
                    continue
                entries.append((ord(c), flavours, ord(target) - ord(c)))
    runs = []
    i = 0
    while i < len(entries):
        first, flavours, delta = entries[i]
        stride, count, j = 1, 1, i + 1
        while j < len(entries):
            step = entries[j][0] - entries[j - 1][0]
            if entries[j][1:] != (flavours, delta) or step > 2 or (count > 1 and step != stride):
                break
            stride, count, j = step, count + 1, j + 1
        runs += [first, count << 8 | stride << 4 | flavours, delta & 0xFFFFFFFF]
        i = j
    return runs


def unicode_tables():
    hf_letters, hf_numbers = oniguruma(r"[\p{L}]+"), oniguruma(r"[\p{N}]+")
    spaces = oniguruma(r"\s+")
    everything = "".join(SCALARS)
    letters = set(regex.findall(r"(?i)[\p{L}]", everything))
    digits = set(regex.findall(r"(?i)[\p{N}]", everything))
    assert spaces == set(regex.findall(r"(?i)\s", everything))
    # Without regard to case, U+0345 is in neither the classes nor their complement.
    others = set(regex.findall(r"(?i)[^\s\p{L}\p{N}]", everything))
    nowhere = set(SCALARS) - letters - digits - spaces - others
    assert not letters & digits and not others & (letters | digits | spaces)
    letters |= nowhere
    digits |= nowhere
    assert {c for c in SCALARS if c.isspace()} == spaces | set("\x1c\x1d\x1e\x1f")

    nfc = normalizers.NFC().normalize_str

    def hf_combining(c):
        """Oldest data of the three: newer marks are not reordered. Seen by their order."""
        klass = unicodedata.combining(c)
        if klass == 0:
            return 0
        after = "\u0345" if klass < 240 else None  # class 240, the highest
        if after:
            return klass if nfc("q" + after + c) == "q" + c + after else 0
        return klass

    unknown = []  # Characters that Hugging Face's NFC does not compose yet.
    for c in SCALARS:
        assert nfc(c) == unicodedata.normalize("NFC", c), hex(ord(c))
        decomposed = unicodedata.normalize("NFD", c)
        if nfc(decomposed) != unicodedata.normalize("NFC", c):
            unknown.append(ord(c))

    decompositions, compositions = [], []
    for c in SCALARS:
        mapping = unicodedata.decomposition(c)
        if mapping and not mapping.startswith("<"):
            parts = [int(p, 16) for p in mapping.split()]
            decompositions += [ord(c), parts[0], parts[1] if len(parts) == 2 else 0]
            if len(parts) == 2 and unicodedata.normalize("NFC", c) == c:
                compositions.append((parts[0], parts[1], ord(c)))
    seconds = {chr(b) for _, b, _ in compositions} | {chr(i) for i in range(0x1161, 0x1176)} | {
        chr(i) for i in range(0x11A8, 0x11C3)}

    cased = {c for c in SCALARS if (c + "\u03a3").lower().endswith("\u03c2")}
    ignorable = {c for c in SCALARS
                 if c not in cased and ("a" + c + "\u03a3").lower().endswith("\u03c2")}

    def classes(c):
        return (
            (c in hf_letters) | (c in hf_numbers) << 1 | (c in letters) << 2 | (c in digits) << 3
            | (c in spaces) << 4
            | (unicodedata.combining(c) != 0 or c in seconds
               or unicodedata.normalize("NFC", c) != c) << 5
            | (c in cased) << 6 | (c in ignorable) << 7
        )

    width = [0] * (0xFFF0 - 0xFF01)
    for code, target in ftfy.chardata.WIDTH_MAP.items():
        if code != 0x3000:
            assert len(target) <= 2 and max(target) <= "\uffff"
            width[code - 0xFF01] = ord(target[0]) | (ord(target[1]) << 16 if target[1:] else 0)

    rust = normalizers.Lowercase().normalize_str
    return (
        HEADER
        + table("text_classes", breakpoints(classes))
        + table("text_combining", breakpoints(unicodedata.combining))
        + table("text_combining_hugging_face", breakpoints(hf_combining))
        + table("text_decompositions", decompositions)
        + table("text_compositions",
                [v for entry in sorted(compositions) for v in entry])
        + table("text_compositions_unknown_to_hugging_face", unknown)
        + table("text_lower", lower_runs(str.lower, rust))
        + table("text_width", width)
        + table("text_windows_1252",
                [ord(bytes([b]).decode("sloppy-windows-1252")) for b in range(0x80, 0xA0)])
    )


def html_tables():
    """Entity names sorted by their bytes: html.entities' and those that ftfy adds in capitals."""
    both = dict(html.entities.html5)
    added = {name[1:]: value for name, value in ftfy.chardata.HTML_ENTITIES.items()
             if name[1:] not in both}
    rows = []
    for name, value in sorted({**both, **added}.items()):
        escaped = "".join(f"\\{b:03o}" for b in value.encode())
        rows.append(f'  {{"{name}", "{escaped}", {int(name in added)}}},')
    replaced = [v for code, text in sorted(html._invalid_charrefs.items())
                for v in (code, ord(text))]
    return (
        HEADER
        + f"static const vit_html_entity entities[{len(rows)}] = {{\n"
        + "\n".join(rows)
        + "\n};\n\nvit_html_entity_list vit_html_entities(void) {\n"
        + f"  return (vit_html_entity_list){{entities, {len(rows)}}};\n}}\n\n"
        + table("html_replaced", replaced)
        + table("html_invalid", sorted(html._invalid_codepoints))
    )


if __name__ == "__main__":
    (OUTPUT / "UnicodeTables.c").write_text(unicode_tables())
    (OUTPUT / "HTMLEntities.c").write_text(html_tables())
