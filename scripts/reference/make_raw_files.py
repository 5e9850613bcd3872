"""Writes Tests/Data/images/raw: small files laid out as cameras' raw files are, and expected.json with
what Pillow makes of the JPEG preview in each.

    scripts/reference/setup
    build-artifacts/reference-venv/bin/python scripts/reference/make_raw_files.py

Real raw files are large and not free. These hold what a reader of previews looks at, after the published
layouts: Adobe's "Digital Negative Specification" 1.7, the descriptions of CR2 and CR3 by Laurent Clevy,
and the tag tables of ExifTool (Nikon, Sony, Olympus, Panasonic, Fujifilm, Pentax, Samsung). Sensor data is
noise. The version of Pillow is pinned: another may compress otherwise. Everything is deterministic.
"""

import hashlib
import io
import json
import pathlib
import struct

import PIL
from PIL import Image, ImageOps

if PIL.__version__ != "13.0.0":
    raise SystemExit(f"Pillow is {PIL.__version__}, but the files are made with 13.0.0")

OUTPUT = pathlib.Path(__file__).parents[2] / "Tests" / "Data" / "images" / "raw"
FORMATS = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B"}


def picture(width, height, seed):
    """A slope with a corner that shows how it was turned."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            corner = x < width // 4 and y < height // 4
            image.putpixel((x, y), (255, 40, seed) if corner else (x * 5 % 256, y * 7 % 256, seed))
    return image


def jpeg(width, height, seed, orientation=None):
    data = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[274] = orientation
    picture(width, height, seed).save(data, "JPEG", quality=90, exif=exif if orientation else b"")
    return data.getvalue()


def noise(count, seed):
    """Without 0xFF, so that no JPEG begins in it."""
    return bytes((i * 7919 + i * i * 31 + seed) % 251 for i in range(count))


def lossless(width, height):
    """The head of a lossless JPEG, as sensor data is compressed in DNG and CR2, and noise."""
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC3, 11, 8, height, width, 1) + bytes([1, 0x11, 0])
    scan = bytes([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0])
    return b"\xff\xd8" + frame + scan + noise(64, 5) + b"\xff\xd9"


class File:
    """A file shaped as a TIFF, of which data and directories are written one after the other."""

    def __init__(self, order, head):
        self.order = order
        self.bytes = bytearray(head)

    def data(self, data):
        self.bytes += b"\0" * (len(self.bytes) % 2)
        self.bytes += data
        return len(self.bytes) - len(data)

    def directory(self, tags, following=0):
        """Writes values and then the directory; tags are {tag: (type, values)}."""
        entries = b""
        for tag in sorted(tags):
            kind, values = tags[tag]
            raw = struct.pack(f"{self.order}{len(values)}{FORMATS[kind]}", *values)
            entries += struct.pack(f"{self.order}HHI", tag, kind, len(values))
            entries += raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack(f"{self.order}I", self.data(raw))
        count = struct.pack(f"{self.order}H", len(tags))
        return self.data(count + entries + struct.pack(f"{self.order}I", following))

    def begin(self, directory):
        struct.pack_into(f"{self.order}I", self.bytes, 4, directory)
        return bytes(self.bytes)


def little(magic=b"II*\0"):
    return File("<", magic + bytes(4))


def big(magic=b"MM\0*"):
    return File(">", magic + bytes(4))


def text(value):
    return (2, list(value.encode() + b"\0"))


def interchange(file, data, **more):
    return {513: (4, [file.data(data)]), 514: (4, [len(data)]), **more}


def strip(file, data, width, height, compression, photometric, samples=1, subfile=0):
    return {
        254: (4, [subfile]), 256: (4, [width]), 257: (4, [height]), 258: (3, [8] * samples),
        259: (3, [compression]), 262: (3, [photometric]), 273: (4, [file.data(data)]),
        277: (3, [samples]), 278: (4, [height]), 279: (4, [len(data)]),
    }


def sensor(file, width, height, compression):
    return strip(file, noise(200, 3), width, height, compression, 32803)


def nikon():
    preview = jpeg(48, 32, 10)
    file = big()
    below = [
        file.directory(interchange(file, jpeg(24, 16, 200))),
        file.directory(sensor(file, 60, 40, 34713)),
        file.directory(interchange(file, preview)),
    ]
    thumbnail = strip(file, noise(8 * 6 * 3, 1), 8, 6, 1, 2, samples=3, subfile=1)
    first = {**thumbnail, 271: text("NIKON CORPORATION"), 274: (3, [6]), 330: (4, below)}
    return file.begin(file.directory(first)), preview, 6


def canon():
    preview = jpeg(48, 32, 20)
    file = little(b"II*\0")
    # The mark, the version, and where the directory of the sensor data lies.
    file.bytes += b"CR\2\0" + bytes(4)
    raw = file.directory(strip(file, lossless(60, 40), 60, 40, 6, 32803))
    struct.pack_into("<I", file.bytes, 12, raw)
    thumbnail = file.directory(interchange(file, jpeg(16, 12, 210)), following=raw)
    first = strip(file, preview, 48, 32, 6, 6, samples=3)
    first.update({271: text("Canon"), 274: (3, [8])})
    return file.begin(file.directory(first, following=thumbnail)), preview, 8


def canon_mp4():
    preview = jpeg(48, 32, 30)
    exif = little()
    exif = exif.begin(exif.directory({271: text("Canon"), 274: (3, [3])}))
    box = lambda kind, data: struct.pack(">I4s", 8 + len(data), kind) + data  # noqa: E731
    of_canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    movie = box(b"uuid", of_canon + box(b"CNCV", b"CanonCR3") + box(b"CMT1", exif))
    file = box(b"ftyp", b"crx " + bytes(4) + b"crx isom") + box(b"moov", movie)
    # A small preview, and in the media data the large one before that of the sensor.
    file += box(b"uuid", bytes(16) + jpeg(24, 16, 220))
    return file + box(b"mdat", preview + noise(300, 2)), preview, 3


def sony():
    preview = jpeg(48, 32, 40)
    file = little()
    below = file.directory(sensor(file, 60, 40, 32767))
    thumbnail = file.directory(interchange(file, jpeg(16, 12, 230)))
    first = interchange(file, preview)
    first.update({259: (3, [6]), 271: text("SONY"), 274: (3, [1]), 330: (4, [below])})
    return file.begin(file.directory(first, following=thumbnail)), preview, 1


def adobe():
    preview = jpeg(48, 32, 50)
    file = little()
    below = [
        file.directory(strip(file, lossless(60, 40), 60, 40, 7, 32803)),
        file.directory(strip(file, preview, 48, 32, 7, 6, samples=3, subfile=1)),
    ]
    thumbnail = strip(file, noise(8 * 6 * 3, 4), 8, 6, 1, 2, samples=3, subfile=1)
    first = {**thumbnail, 271: text("Any"), 274: (3, [5]), 330: (4, below), 50706: (1, [1, 4, 0, 0])}
    return file.begin(file.directory(first)), preview, 5


def olympus():
    # The preview's place is told in the maker's note only; it has an orientation of its own.
    preview = jpeg(48, 32, 60, orientation=7)
    file = little(b"IIRO")
    data = file.data(noise(100, 6))
    file.data(preview)
    first = {256: (4, [60]), 257: (4, [40]), 271: text("OLYMPUS IMAGING CORP."), 273: (4, [data])}
    return file.begin(file.directory(first)), preview, 7


def panasonic():
    # An orientation of the preview as well as of the file: it counts once.
    preview = jpeg(48, 32, 70, orientation=6)
    file = little(b"IIU\0")
    first = {46: (7, list(preview)), 271: text("Panasonic"), 274: (3, [6])}
    return file.begin(file.directory(first)), preview, 6


def fuji():
    preview = jpeg(48, 32, 80, orientation=8)
    head = bytearray(b"FUJIFILMCCD-RAW 0201FF383501" + b"X-T".ljust(32, b"\0"))
    head = head.ljust(108, b"\0")
    struct.pack_into(">II", head, 84, len(head), len(preview))
    return bytes(head) + preview + noise(300, 7), preview, 8


def pentax():
    preview = jpeg(48, 32, 90)
    file = big()
    large = file.directory(interchange(file, preview))
    thumbnail = file.directory(interchange(file, jpeg(16, 12, 240)), following=large)
    first = {**sensor(file, 60, 40, 65535), 271: text("PENTAX"), 274: (3, [1])}
    return file.begin(file.directory(first, following=thumbnail)), preview, 1


def samsung():
    preview = jpeg(48, 32, 100)
    file = little()
    below = [file.directory(interchange(file, preview)), file.directory(sensor(file, 60, 40, 32770))]
    first = interchange(file, jpeg(16, 12, 250))
    first.update({271: text("SAMSUNG"), 274: (3, [6]), 330: (4, below)})
    return file.begin(file.directory(first)), preview, 6


def hasselblad():
    preview = jpeg(48, 32, 110)
    file = big()
    below = file.directory(sensor(file, 60, 40, 1))
    thumbnail = strip(file, noise(8 * 6 * 3, 8), 8, 6, 1, 2, samples=3, subfile=1)
    large = file.directory(interchange(file, preview))
    first = {**thumbnail, 271: text("Hasselblad"), 274: (3, [2]), 330: (4, [below])}
    return file.begin(file.directory(first, following=large)), preview, 2


def digest(image):
    return hashlib.sha256(image.convert("RGB").tobytes()).hexdigest()


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    files = {
        "adobe.dng": adobe, "canon.cr2": canon, "canon.cr3": canon_mp4, "fuji.raf": fuji,
        "hasselblad.3fr": hasselblad, "nikon.nef": nikon, "olympus.orf": olympus,
        "panasonic.rw2": panasonic, "pentax.pef": pentax, "samsung.srw": samsung, "sony.arw": sony,
    }
    expected = {}
    for name, make in files.items():
        data, preview, orientation = make()
        (OUTPUT / name).write_bytes(data)
        image = Image.open(io.BytesIO(preview)).convert("RGB")
        turned = Image.open(io.BytesIO(preview)).convert("RGB")
        turned.getexif()[274] = orientation
        expected[name] = {
            "width": image.width, "height": image.height, "orientation": orientation,
            "stored": digest(image), "upright": digest(ImageOps.exif_transpose(turned)),
        }
    text = json.dumps(expected, indent=1, sort_keys=True)
    (OUTPUT / "expected.json").write_text(text + "\n")


main()
