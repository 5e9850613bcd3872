// JPEG to RGB8, row by row, through libjpeg.
#include "CCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

struct codec_jpeg {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  codec_status failure;
  bool created;
  bool started;
  bool allow_truncated;
  int maximum_scans;
  JSAMPLE *cmyk_row;
  codec_report report;
};

static codec_jpeg *decoder_of(j_common_ptr info) { return (codec_jpeg *)info->client_data; }

// MARK: Errors

static codec_status status_of(int code) {
  switch (code) {
    case JERR_OUT_OF_MEMORY: return CODEC_OUT_OF_MEMORY;
    case JERR_CANT_SUSPEND:  // the arithmetic decoder at the end of the bytes
      return CODEC_TRUNCATED;
    case JERR_SOF_UNSUPPORTED:
    case JERR_BAD_PRECISION:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_EMPTY_IMAGE:
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: return CODEC_UNSUPPORTED;
    default: return CODEC_CORRUPT;
  }
}

static void fail(j_common_ptr info) {
  codec_jpeg *decoder = decoder_of(info);
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  decoder->failure = status_of(info->err->msg_code);
  snprintf(
    decoder->report.error, CODEC_MESSAGE_SIZE, "%s",
    decoder->failure == CODEC_TRUNCATED ? "the file ends within the image" : message);
  longjmp(decoder->escape, 1);
}

static void note(j_common_ptr info, int level) {
  if (level >= 0) {
    return;  // traces
  }
  codec_jpeg *decoder = decoder_of(info);
  if (decoder->report.warning_count++ == 0) {
    char message[JMSG_LENGTH_MAX];
    info->err->format_message(info, message);
    snprintf(decoder->report.warning, CODEC_MESSAGE_SIZE, "%s", message);
  }
}

static void print_nothing(j_common_ptr info) { (void)info; }

static void count_scans(j_common_ptr info) {
  codec_jpeg *decoder = decoder_of(info);
  if (decoder->info.input_scan_number > decoder->maximum_scans) {
    snprintf(
      decoder->report.error, CODEC_MESSAGE_SIZE, "more than %d scans", decoder->maximum_scans);
    decoder->failure = CODEC_TOO_MANY_SCANS;
    longjmp(decoder->escape, 1);
  }
}

// MARK: Source

static void source_begin(j_decompress_ptr info) { (void)info; }

// All bytes are in memory from the start. At their end libjpeg is told to wait (so that the
// caller learns of the missing end), or gets an end marker where truncation is allowed.
static boolean source_fill(j_decompress_ptr info) {
  static const JOCTET end[2] = {0xFF, JPEG_EOI};
  codec_jpeg *decoder = decoder_of((j_common_ptr)info);
  if (!decoder->allow_truncated) {
    return FALSE;
  }
  if (decoder->report.warning_count++ == 0) {
    snprintf(decoder->report.warning, CODEC_MESSAGE_SIZE, "the file ends early");
  }
  decoder->source.next_input_byte = end;
  decoder->source.bytes_in_buffer = sizeof end;
  return TRUE;
}

static void source_skip(j_decompress_ptr info, long count) {
  struct jpeg_source_mgr *source = info->src;
  if (count <= 0) {
    return;
  }
  size_t skipped = (size_t)count;
  if (skipped > source->bytes_in_buffer) {
    skipped = source->bytes_in_buffer;
  }
  source->next_input_byte += skipped;
  source->bytes_in_buffer -= skipped;
}

static void source_end(j_decompress_ptr info) { (void)info; }

// MARK: Life

codec_jpeg *codec_jpeg_create(
  const uint8_t *bytes, size_t count, bool allow_truncated, int maximum_scans) {
  codec_jpeg *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) {
    return NULL;
  }
  decoder->allow_truncated = allow_truncated;
  decoder->maximum_scans = maximum_scans;

  decoder->info.err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = fail;
  decoder->errors.emit_message = note;
  decoder->errors.output_message = print_nothing;
  decoder->info.client_data = decoder;

  decoder->source.init_source = source_begin;
  decoder->source.fill_input_buffer = source_fill;
  decoder->source.skip_input_data = source_skip;
  decoder->source.resync_to_restart = jpeg_resync_to_restart;
  decoder->source.term_source = source_end;
  decoder->source.next_input_byte = bytes;
  decoder->source.bytes_in_buffer = count;
  decoder->progress.progress_monitor = count_scans;

  if (setjmp(decoder->escape)) {
    codec_jpeg_destroy(decoder);
    return NULL;
  }
  jpeg_create_decompress(&decoder->info);  // keeps err and client_data
  decoder->created = true;
  decoder->info.src = &decoder->source;
  decoder->info.progress = &decoder->progress;
  return decoder;
}

void codec_jpeg_destroy(codec_jpeg *decoder) {
  if (decoder == NULL) {
    return;
  }
  if (decoder->created) {
    jpeg_destroy_decompress(&decoder->info);
  }
  free(decoder->cmyk_row);
  free(decoder);
}

const codec_report *codec_jpeg_report(const codec_jpeg *decoder) { return &decoder->report; }

static codec_status truncated(codec_jpeg *decoder, const char *what) {
  snprintf(decoder->report.error, CODEC_MESSAGE_SIZE, "%s", what);
  return decoder->failure = CODEC_TRUNCATED;
}

// MARK: Decoding

codec_status codec_jpeg_read_header(codec_jpeg *decoder, codec_jpeg_header *header) {
  struct jpeg_decompress_struct *info = &decoder->info;
  if (setjmp(decoder->escape)) {
    return decoder->failure;
  }
  if (jpeg_read_header(info, TRUE) != JPEG_HEADER_OK) {
    return truncated(decoder, "the file ends before the image data");
  }
  header->width = info->image_width;
  header->height = info->image_height;
  header->components = info->num_components;
  header->progressive = info->progressive_mode;
  header->arithmetic = info->arith_code;
  switch (info->num_components) {
    case 1:
    case 3: info->out_color_space = JCS_RGB; break;
    case 4: info->out_color_space = JCS_CMYK; break;
    default:
      snprintf(
        decoder->report.error, CODEC_MESSAGE_SIZE, "%d colour components", info->num_components);
      return decoder->failure = CODEC_UNSUPPORTED;
  }
  return CODEC_OK;
}

codec_status codec_jpeg_reduce(
  codec_jpeg *decoder, unsigned eighths, uint32_t *width, uint32_t *height) {
  struct jpeg_decompress_struct *info = &decoder->info;
  if (setjmp(decoder->escape)) {
    return decoder->failure;
  }
  info->scale_num = eighths;
  info->scale_denom = 8;
  jpeg_calc_output_dimensions(info);
  *width = info->output_width;
  *height = info->output_height;
  return CODEC_OK;
}

static uint8_t multiply_divide_255(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return (uint8_t)(((product >> 8) + product) >> 8);
}

// Samples are taken as inverted (255 = no ink), as Adobe writes them and Pillow reads every
// four-component file: Pillow's CMYK to RGB is then ink * paper / 255 in these samples.
static void convert_cmyk(const JSAMPLE *cmyk, uint8_t *rgb, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, cmyk += 4, rgb += 3) {
    rgb[0] = multiply_divide_255(cmyk[0], cmyk[3]);
    rgb[1] = multiply_divide_255(cmyk[1], cmyk[3]);
    rgb[2] = multiply_divide_255(cmyk[2], cmyk[3]);
  }
}

codec_status codec_jpeg_read_rows(
  codec_jpeg *decoder, uint8_t *rgb, uint32_t rows, uint32_t *rows_read) {
  struct jpeg_decompress_struct *info = &decoder->info;
  *rows_read = 0;
  if (decoder->failure != CODEC_OK) {
    return decoder->failure;
  }
  if (setjmp(decoder->escape)) {
    return decoder->failure;
  }
  if (!decoder->started) {
    if (!jpeg_start_decompress(info)) {
      return truncated(decoder, "the file ends before the last scan");
    }
    decoder->started = true;
    if (info->num_components == 4) {
      decoder->cmyk_row = malloc((size_t)info->output_width * 4);
      if (decoder->cmyk_row == NULL) {
        return decoder->failure = CODEC_OUT_OF_MEMORY;
      }
    }
  }
  const size_t stride = (size_t)info->output_width * 3;
  while (*rows_read < rows && info->output_scanline < info->output_height) {
    JDIMENSION count;
    if (decoder->cmyk_row != NULL) {
      JSAMPROW row = decoder->cmyk_row;
      count = jpeg_read_scanlines(info, &row, 1);
      if (count == 1) {
        convert_cmyk(decoder->cmyk_row, rgb + *rows_read * stride, info->output_width);
      }
    } else {
      enum { BATCH = 16 };
      JSAMPROW batch[BATCH];
      JDIMENSION wanted = rows - *rows_read < BATCH ? rows - *rows_read : BATCH;
      for (JDIMENSION i = 0; i < wanted; i++) {
        batch[i] = rgb + (*rows_read + i) * stride;
      }
      count = jpeg_read_scanlines(info, batch, wanted);
    }
    if (count == 0) {
      return truncated(decoder, "the file ends within the image");
    }
    *rows_read += count;
  }
  if (info->output_scanline == info->output_height) {
    // Reads to the end marker: an error there is one for Pillow too, a missing marker is not.
    (void)jpeg_finish_decompress(info);
  }
  return CODEC_OK;
}

// MARK: Version

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

const char *codec_jpeg_version(void) {
#ifdef LIBJPEG_TURBO_VERSION
  return "libjpeg-turbo " STRING(LIBJPEG_TURBO_VERSION);
#else
  return "libjpeg " STRING(JPEG_LIB_VERSION);
#endif
}
