// WebP through libwebp's incremental decoder, which keeps the rows that it has where the data breaks
// off.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CRuntimeLibraries.h>

#include "../picture_kind.h"

typedef struct {
  codec_picture picture;
  codec_webp_frame frame;
  const vit_webp *webp;
} webp_picture;

static codec_status read_header(codec_picture *picture) {
  const char *problem = NULL;
  const vit_webp *webp = vit_webp_library(&problem);
  if (webp == NULL) return codec_picture_fail(picture, CODEC_NO_LIBRARY, "%s", problem);
  ((webp_picture *)picture)->webp = webp;
  const codec_webp_frame *frame = &((webp_picture *)picture)->frame;
  picture->width = frame->canvas_width;
  picture->height = frame->canvas_height;
  picture->channels = frame->has_alpha ? 4 : 3;
  return CODEC_OK;
}

// Decodes the frame where it lies on a canvas that is transparent, or black, around it: what an
// animation's background colour is does not count (Pillow's WebPAnimDecoder).
static codec_status decode(codec_picture *picture, uint8_t *pixels, uint32_t *rows) {
  const codec_webp_frame *frame = &((webp_picture *)picture)->frame;
  const vit_webp *webp = ((const webp_picture *)picture)->webp;
  const size_t channels = (size_t)picture->channels;
  const size_t stride = picture->width * channels;
  const size_t size = stride * picture->height;
  const bool is_partial = frame->width != picture->width || frame->height != picture->height;
  if (is_partial) memset(pixels, 0, size);
  const size_t start = frame->top * stride + frame->left * channels;
  // Sides are of 14 bits, of a canvas 24: a row is below 2 GiB wherever it can be allocated.
  WebPIDecoder *decoder = webp->new_decoder(
    frame->has_alpha ? VIT_WEBP_RGBA : VIT_WEBP_RGB, pixels + start, size - start, (int)stride);
  if (decoder == NULL) return CODEC_OUT_OF_MEMORY;
  int status = webp->update(decoder, picture->source.bytes, picture->source.byte_count);
  if (status == VIT_WEBP_OK) {
    *rows = picture->height;
  } else {
    int last_row = 0, width = 0, height = 0, row_bytes = 0;
    const bool has_rows = webp->rows(decoder, &last_row, &width, &height, &row_bytes) != NULL;
    *rows = has_rows && last_row > 0 ? frame->top + (uint32_t)last_row : 0;
  }
  webp->delete_decoder(decoder);
  switch (status) {
    case VIT_WEBP_OK: return CODEC_OK;
    case VIT_WEBP_OUT_OF_MEMORY: return CODEC_OUT_OF_MEMORY;
    case VIT_WEBP_SUSPENDED:
    case VIT_WEBP_NOT_ENOUGH_DATA:
      return codec_picture_fail(picture, CODEC_TRUNCATED, "the image data ends early");
    default:
      return codec_picture_fail(
        picture, CODEC_CORRUPT, "the image data breaks off after %u of %u rows", *rows,
        picture->height);
  }
}

static const codec_picture_kind kind = {.read_header = read_header, .decode = decode};

codec_picture *codec_webp_create(
  const codec_picture_source *source, const codec_webp_frame *frame) {
  webp_picture *picture = codec_picture_create(sizeof *picture, &kind, source);
  if (picture == NULL) return NULL;
  picture->frame = *frame;
  return &picture->picture;
}

bool codec_webp_version(char text[CODEC_MESSAGE_SIZE]) {
  const char *problem = NULL;
  const vit_webp *webp = vit_webp_library(&problem);
  if (webp == NULL) {
    snprintf(text, CODEC_MESSAGE_SIZE, "%s", problem);
    return false;
  }
  int version = webp->version();
  snprintf(
    text, CODEC_MESSAGE_SIZE, "%d.%d.%d", version >> 16 & 255, version >> 8 & 255, version & 255);
  return true;
}
