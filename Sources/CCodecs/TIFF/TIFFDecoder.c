// TIFF through libtiff: its first directory, row by row, or by rows of tiles.
//
// Of planes each has a reader of its own, so that of planes too no more than a row is kept. Strips of
// faxes are read whole: a bad code word ends a strip, as in Pillow, but of single rows only its row.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiff_picture.h"

static codec_status read_header(codec_picture *base) {
  tiff_picture *picture = (tiff_picture *)base;
  const codec_tiff_layout *layout = &picture->layout;
  base->width = layout->width;
  base->height = layout->height;
  base->channels = layout->alpha_sample >= 0 ? 4 : 3;
  const char *problem = NULL;
  picture->tiff = vit_tiff_library(&problem);
  if (picture->tiff == NULL) return codec_picture_fail(base, CODEC_NO_LIBRARY, "%s", problem);
  if (!picture->tiff->has_codec(layout->compression)) {
    return codec_picture_fail(
      base, CODEC_UNSUPPORTED, "compression %u, which the system's libtiff does not have",
      (unsigned)layout->compression);
  }
  tiff_hear(picture);
  const codec_status status = tiff_open_readers(picture);
  tiff_hear(NULL);
  return status;
}

static codec_status read_row(codec_picture *base, uint8_t *row) {
  tiff_picture *picture = (tiff_picture *)base;
  if (!picture->is_prepared && !tiff_prepare(picture)) return CODEC_OUT_OF_MEMORY;
  picture->is_prepared = true;
  tiff_hear(picture);
  codec_status status;
  if (picture->layout.is_tiled) {
    status = tiff_read_row_of_tile(picture, row);
  } else if (tiff_has_library_convert(picture)) {
    status = tiff_read_row_of_strip(picture, row);
  } else if (tiff_reads_strips(picture)) {
    status = tiff_read_row_of_fax(picture, row);
  } else {
    status = tiff_read_row(picture, row);
  }
  if (status == CODEC_OK) tiff_tell_error_as_warning(picture);
  tiff_hear(NULL);
  return status;
}

static void destroy(codec_picture *base) {
  tiff_picture *picture = (tiff_picture *)base;
  tiff_hear(picture);
  for (int i = 0; i < TIFF_MOST_SAMPLES; i++) {
    if (picture->readers[i].file != NULL) picture->tiff->close(picture->readers[i].file);
  }
  tiff_hear(NULL);
  free(picture->units);
  free(picture->bytes);
  free(picture->band);
}

static const codec_picture_kind kind = {
  .read_header = read_header, .read_row = read_row, .destroy = destroy};

codec_picture *codec_tiff_create(
  const codec_picture_source *source, const codec_tiff_layout *layout) {
  tiff_picture *picture = codec_picture_create(sizeof *picture, &kind, source);
  if (picture == NULL) return NULL;
  picture->layout = *layout;
  return &picture->picture;
}

// MARK: Version

bool codec_tiff_version(char text[CODEC_MESSAGE_SIZE]) {
  const char *problem = NULL;
  const vit_tiff *tiff = vit_tiff_library(&problem);
  if (tiff == NULL) {
    snprintf(text, CODEC_MESSAGE_SIZE, "%s", problem);
    return false;
  }
  // As "LIBTIFF, Version 4.5.0", and lines of copyright.
  const char *version = tiff->version();
  const char *number = strstr(version, "Version ");
  number = number != NULL ? number + strlen("Version ") : version;
  snprintf(text, CODEC_MESSAGE_SIZE, "%.*s", (int)strcspn(number, "\n"), number);
  return true;
}
