#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blend.h"
#include "picture_kind.h"

void *codec_picture_create(
  size_t size, const codec_picture_kind *kind, const codec_picture_source *source) {
  codec_picture *picture = calloc(1, size);
  if (picture == NULL) return NULL;
  picture->kind = kind;
  picture->source = *source;
  return picture;
}

void codec_picture_destroy(codec_picture *picture) {
  if (picture == NULL) return;
  if (picture->kind->destroy != NULL) picture->kind->destroy(picture);
  free(picture->pixels);
  free(picture);
}

const codec_report *codec_picture_report(const codec_picture *picture) { return &picture->report; }

codec_status codec_picture_fail(
  codec_picture *picture, codec_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(picture->report.error, CODEC_MESSAGE_SIZE, format, arguments);
  va_end(arguments);
  return status;
}

void codec_picture_warn(codec_picture *picture, const char *format, va_list arguments) {
  if (picture->report.warning_count++ == 0) {
    vsnprintf(picture->report.warning, CODEC_MESSAGE_SIZE, format, arguments);
  }
}

codec_status codec_picture_read_header(codec_picture *picture, uint32_t *width, uint32_t *height) {
  picture->failure = picture->kind->read_header(picture);
  *width = picture->width;
  *height = picture->height;
  return picture->failure;
}

// A row as it was decoded, as RGB.
static void emit(const codec_picture *picture, const uint8_t *row, uint8_t *rgb) {
  if (picture->channels == 3) {
    memcpy(rgb, row, (size_t)picture->width * 3);
  } else if (picture->source.alpha == CODEC_BLEND_ALPHA) {
    codec_blend(row, rgb, picture->width, picture->source.background);
  } else {
    codec_drop_alpha(row, rgb, picture->width);
  }
}

static codec_status read_row_by_row(
  codec_picture *picture, uint8_t *rgb, uint32_t rows, uint32_t *rows_read) {
  const size_t stride = (size_t)picture->width * 3;
  if (picture->channels == 4 && picture->pixels == NULL) {
    picture->pixels = malloc((size_t)picture->width * 4);
    if (picture->pixels == NULL) return picture->failure = CODEC_OUT_OF_MEMORY;
  }
  for (; picture->failure == CODEC_OK && *rows_read < rows; rgb += stride) {
    uint8_t *row = picture->channels == 3 ? rgb : picture->pixels;
    picture->failure = picture->kind->read_row(picture, row);
    if (picture->failure != CODEC_OK) break;
    if (picture->channels == 4) emit(picture, row, rgb);
    ++*rows_read;
    picture->next_row++;
  }
  return picture->failure;
}

codec_status codec_picture_read_rows(
  codec_picture *picture, uint8_t *rgb, uint32_t rows, uint32_t *rows_read) {
  *rows_read = 0;
  if (rows > picture->height - picture->next_row) rows = picture->height - picture->next_row;
  if (picture->kind->read_row != NULL) return read_row_by_row(picture, rgb, rows, rows_read);
  if (picture->pixels == NULL && picture->failure == CODEC_OK) {
    if (picture->channels == 3 && rows == picture->height) {
      picture->next_row = rows;
      return picture->failure = picture->kind->decode(picture, rgb, rows_read);
    }
    const size_t stride = (size_t)picture->width * (size_t)picture->channels;
    picture->pixels = calloc(picture->height, stride);
    if (picture->pixels == NULL) return picture->failure = CODEC_OUT_OF_MEMORY;
    picture->failure = picture->kind->decode(picture, picture->pixels, &picture->decoded_rows);
  }
  const size_t stride = (size_t)picture->width * (size_t)picture->channels;
  while (*rows_read < rows && picture->next_row < picture->decoded_rows) {
    emit(
      picture, picture->pixels + picture->next_row * stride,
      rgb + (size_t)*rows_read * picture->width * 3);
    picture->next_row++;
    ++*rows_read;
  }
  return *rows_read == rows ? CODEC_OK : picture->failure;
}
