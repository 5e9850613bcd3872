#include "samples.h"

#include <string.h>

#include "lab.h"

int tiff_color_samples(codec_tiff_color color) {
  switch (color) {
    case CODEC_TIFF_GRAY:
    case CODEC_TIFF_GRAY_FROM_WHITE:
    case CODEC_TIFF_PALETTE: return 1;
    case CODEC_TIFF_CMYK: return 4;
    default: return 3;
  }
}

// MARK: Numbers to bytes

// 0 to 1 as 0 to 255; what is no number is black.
static uint8_t byte_of_share(double share) {
  return share > 0 ? share < 1 ? (uint8_t)(share * 255 + 0.5) : 255 : 0;
}

// The number `place` of `bits` bits, the first in the highest bits of its byte.
static unsigned packed_number(const uint8_t *start, size_t place, unsigned bits) {
  size_t bit = place * bits;
  unsigned value = 0;
  for (unsigned left = bits; left > 0;) {
    unsigned there = 8 - (unsigned)(bit & 7);
    unsigned taken = there < left ? there : left;
    value = value << taken | (start[bit >> 3] >> (there - taken) & ((1u << taken) - 1));
    bit += taken;
    left -= taken;
  }
  return value;
}

// Numbers below 8 bits: all of their range, or, of indices, as they are.
static void unpack_few_bits(
  const tiff_samples *in, unsigned bits, bool are_indices, uint32_t width, uint8_t *out,
  size_t out_step) {
  const unsigned most = (1u << bits) - 1;
  uint8_t scaled[128];
  for (unsigned value = 0; value <= most; value++) {
    scaled[value] = (uint8_t)(are_indices ? value : (value * 255 + most / 2) / most);
  }
  size_t place = in->first;
  for (uint32_t x = 0; x < width; x++, place += in->step, out += out_step) {
    *out = scaled[packed_number(in->start, place, bits)];
  }
}

static void unpack_bytes(
  const tiff_samples *in, uint32_t width, uint8_t *out, size_t out_step) {
  const uint8_t *place = in->start + in->first;
  for (uint32_t x = 0; x < width; x++, place += in->step, out += out_step) *out = *place;
}

// The high byte of what has no sign; else its share of the range.
static void unpack_16_bits(
  const codec_tiff_layout *layout, const tiff_samples *in, uint32_t width, uint8_t *out,
  size_t out_step) {
  const uint8_t *place = in->start + 2 * in->first;
  const double range = layout->highest - layout->lowest;
  for (uint32_t x = 0; x < width; x++, place += 2 * in->step, out += out_step) {
    uint16_t value;
    memcpy(&value, place, sizeof value);
    *out = layout->number == CODEC_TIFF_UNSIGNED
             ? (uint8_t)(value >> 8)
             : byte_of_share(((int16_t)value - layout->lowest) / range);
  }
}

static void unpack_32_bits(
  const codec_tiff_layout *layout, const tiff_samples *in, uint32_t width, uint8_t *out,
  size_t out_step) {
  const uint8_t *place = in->start + 4 * in->first;
  const double range = layout->highest - layout->lowest;
  for (uint32_t x = 0; x < width; x++, place += 4 * in->step, out += out_step) {
    uint32_t value;
    float real;
    memcpy(&value, place, sizeof value);
    memcpy(&real, place, sizeof real);
    switch (layout->number) {
      case CODEC_TIFF_UNSIGNED: *out = (uint8_t)(value >> 24); break;
      case CODEC_TIFF_SIGNED:
        *out = byte_of_share(((int32_t)value - layout->lowest) / range);
        break;
      case CODEC_TIFF_FLOAT: *out = byte_of_share((real - layout->lowest) / range); break;
    }
  }
}

// Numbers of 9 to 15 bits: their high bits.
static void unpack_many_bits(
  const tiff_samples *in, unsigned bits, uint32_t width, uint8_t *out, size_t out_step) {
  size_t place = in->first;
  for (uint32_t x = 0; x < width; x++, place += in->step, out += out_step) {
    *out = (uint8_t)(packed_number(in->start, place, bits) >> (bits - 8));
  }
}

static void unpack(
  const codec_tiff_layout *layout, const tiff_samples *in, uint32_t width, uint8_t *out,
  size_t out_step) {
  switch (layout->bits) {
    case 8: unpack_bytes(in, width, out, out_step); break;
    case 16: unpack_16_bits(layout, in, width, out, out_step); break;
    case 32: unpack_32_bits(layout, in, width, out, out_step); break;
    default:
      if (layout->bits < 8) {
        const bool are_indices = layout->color == CODEC_TIFF_PALETTE;
        unpack_few_bits(in, layout->bits, are_indices, width, out, out_step);
      } else {
        unpack_many_bits(in, layout->bits, width, out, out_step);
      }
  }
}

// MARK: Bytes to RGB

void tiff_chroma_fill(tiff_chroma *chroma) {
  for (int i = 0; i < 256; i++) {
    // Of JFIF, in 64ths as Pillow rounds them (`ConvertYCbCr.c`): a half is added, the rest cut off.
    const int centred = (i - 128) * 64;
    chroma->red_cr[i] = (int16_t)((140200 * centred + 50000) / 100000);
    chroma->green_cb[i] = (int16_t)((-34414 * centred + 50000) / 100000);
    chroma->green_cr[i] = (int16_t)((-71414 * centred + 50000) / 100000);
    chroma->blue_cb[i] = (int16_t)((177200 * centred + 50000) / 100000);
  }
}

static uint8_t clamped(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

// round(a * b / 255)
static int multiply_divide_255(int a, int b) {
  int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

// Without a profile, as Pillow's `cmyk2rgb`.
static void convert_cmyk(const uint8_t *in, uint8_t *out) {
  const int paper = 255 - in[3];
  // What is taken of the paper is no more than it.
  for (int i = 0; i < 3; i++) out[i] = (uint8_t)(paper - multiply_divide_255(in[i], paper));
}

// Sums in 64ths are rounded down (an arithmetic shift), as in Pillow.
static void convert_ycbcr(const tiff_chroma *chroma, const uint8_t *in, uint8_t *out) {
  const int luma = in[0], cb = in[1], cr = in[2];
  out[0] = clamped(luma + (chroma->red_cr[cr] >> 6));
  out[1] = clamped(luma + ((chroma->green_cb[cb] + chroma->green_cr[cr]) >> 6));
  out[2] = clamped(luma + (chroma->blue_cb[cb] >> 6));
}

// Pixels of the colour's samples to RGB, of which each is `step` bytes behind the one before.
static void convert_colors(
  const codec_tiff_layout *layout, const tiff_chroma *chroma, const uint8_t *in, uint32_t width,
  uint8_t *out, size_t step) {
  const uint8_t *const end = out + width * step;
  switch (layout->color) {
    case CODEC_TIFF_GRAY:
      for (; out < end; in++, out += step) out[0] = out[1] = out[2] = *in;
      break;
    case CODEC_TIFF_GRAY_FROM_WHITE:
      for (; out < end; in++, out += step) out[0] = out[1] = out[2] = (uint8_t)(255 - *in);
      break;
    case CODEC_TIFF_PALETTE:
      for (; out < end; in++, out += step) memcpy(out, layout->palette + 3 * (size_t)*in, 3);
      break;
    case CODEC_TIFF_CMYK:
      for (; out < end; in += 4, out += step) convert_cmyk(in, out);
      break;
    case CODEC_TIFF_YCBCR:
      for (; out < end; in += 3, out += step) convert_ycbcr(chroma, in, out);
      break;
    case CODEC_TIFF_LAB:
      for (; out < end; in += 3, out += step) tiff_lab_to_rgb(in, out);
      break;
    // Unpacked where they belong, or by libtiff.
    case CODEC_TIFF_RGB:
    case CODEC_TIFF_YCBCR_BY_LIBRARY: break;
  }
}

// Colour that is multiplied by alpha, divided by it: rounded down, and black where nothing shows, as in
// Pillow's `unpackRGBa`.
static void divide_by_alpha(uint8_t *pixel) {
  const int alpha = pixel[3];
  for (int i = 0; i < 3; i++) {
    pixel[i] = alpha == 0 ? 0 : clamped(255 * pixel[i] / alpha);
  }
}

// Whether the samples are bytes already, side by side and without others.
static bool is_ready(const codec_tiff_layout *layout, const tiff_samples *samples) {
  return layout->bits == 8 && samples->first == 0 &&
         samples->step == (size_t)tiff_color_samples(layout->color) && !layout->is_planar;
}

void tiff_convert(
  const codec_tiff_layout *layout, const tiff_chroma *chroma, const tiff_samples *samples,
  uint32_t width, uint8_t *bytes, uint8_t *pixels) {
  const bool has_alpha = layout->alpha_sample >= 0;
  const size_t channels = has_alpha ? 4 : 3;
  const size_t color = (size_t)tiff_color_samples(layout->color);
  if (layout->color == CODEC_TIFF_RGB) {
    for (size_t i = 0; i < 3; i++) unpack(layout, samples + i, width, pixels + i, channels);
  } else if (is_ready(layout, samples)) {
    convert_colors(layout, chroma, samples->start, width, pixels, channels);
  } else {
    for (size_t i = 0; i < color; i++) unpack(layout, samples + i, width, bytes + i, color);
    convert_colors(layout, chroma, bytes, width, pixels, channels);
  }
  if (!has_alpha) return;
  unpack(layout, samples + color, width, pixels + 3, channels);
  if (!layout->is_premultiplied) return;
  for (size_t x = 0; x < width; x++) divide_by_alpha(pixels + x * channels);
}

void tiff_copy_words(const uint32_t *words, uint32_t count, uint8_t *rgb) {
  for (uint32_t x = 0; x < count; x++, rgb += 3) {
    rgb[0] = (uint8_t)words[x];
    rgb[1] = (uint8_t)(words[x] >> 8);
    rgb[2] = (uint8_t)(words[x] >> 16);
  }
}
