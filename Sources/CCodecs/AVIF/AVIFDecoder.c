// AVIF through libavif, whose conversion to RGB is Pillow's too.
#include <stdio.h>
#include <stdlib.h>

#include <CRuntimeLibraries.h>

#include "../picture_kind.h"

// A decoder and the bytes that it reads.
typedef struct {
  codec_bytes bytes;
  vit_avif_io io;
  avifDecoder *decoder;
} avif_reader;

typedef struct {
  codec_picture picture;
  uint64_t told_size;
  avif_reader color;
  // Of versions that miss it there.
  avif_reader alpha;
} avif_picture;

// MARK: Reading

// Serves the bytes where they lie (avifIO.read). Those that the file tells of and that are not there are
// said to be still to come: then libavif keeps what it has.
static int read_bytes(
  vit_avif_io *io, uint32_t flags, uint64_t offset, size_t count, vit_avif_bytes *out) {
  (void)flags;
  const codec_bytes *bytes = &((const avif_reader *)io->data)->bytes;
  if (offset > io->size) return VIT_AVIF_IO_ERROR;
  if (count > io->size - offset) count = (size_t)(io->size - offset);
  if (offset > bytes->count || count > bytes->count - offset) return VIT_AVIF_WAITING_ON_IO;
  out->bytes = bytes->bytes + offset;
  out->count = count;
  return VIT_AVIF_OK;
}

// Makes a decoder that has read the headers; an avifResult.
static int open_reader(
  avif_picture *avif, avif_reader *reader, const vit_avif *library, codec_bytes bytes) {
  const codec_picture_source *source = &avif->picture.source;
  reader->bytes = bytes;
  reader->decoder = library->new_decoder();
  if (reader->decoder == NULL) return VIT_AVIF_OUT_OF_MEMORY;
  vit_avif_configure(
    reader->decoder, &(vit_avif_settings){
                       .maximum_pixels = source->maximum_pixels,
                       .is_incremental = source->allow_truncated,
                     });
  reader->io = (vit_avif_io){
    .read = read_bytes,
    .size = source->allow_truncated ? avif->told_size : bytes.count,
    .is_persistent = 1,
    .data = reader,
  };
  library->set_io(reader->decoder, &reader->io);
  return library->parse(reader->decoder);
}

// In libavif's words.
static const char *describe(int result) {
  const char *problem = NULL;
  const vit_avif *library = vit_avif_library(&problem);
  return library != NULL ? library->describe(result) : problem;
}

static codec_status fail(codec_picture *picture, int result, const char *what) {
  switch (result) {
    case VIT_AVIF_OUT_OF_MEMORY: return CODEC_OUT_OF_MEMORY;
    case VIT_AVIF_TRUNCATED_DATA:
    case VIT_AVIF_WAITING_ON_IO:
    case VIT_AVIF_IO_ERROR:
      return codec_picture_fail(picture, CODEC_TRUNCATED, "%s ends early", what);
    case VIT_AVIF_NO_CODEC_AVAILABLE:
      return codec_picture_fail(
        picture, CODEC_NO_LIBRARY, "it was built without a decoder for AV1");
    case VIT_AVIF_NOT_IMPLEMENTED:
      return codec_picture_fail(picture, CODEC_UNSUPPORTED, "libavif does not know its kind");
    default:
      return codec_picture_fail(
        picture, CODEC_CORRUPT, "%s is damaged, libavif says: %s", what, describe(result));
  }
}

static codec_status read_header(codec_picture *picture) {
  avif_picture *avif = (avif_picture *)picture;
  const char *problem = NULL;
  const vit_avif *library = vit_avif_library(&problem);
  if (library == NULL) return codec_picture_fail(picture, CODEC_NO_LIBRARY, "%s", problem);
  const codec_bytes bytes = {picture->source.bytes, picture->source.byte_count};
  int result = open_reader(avif, &avif->color, library, bytes);
  if (result != VIT_AVIF_OK) return fail(picture, result, "its header");
  const vit_avif_image *image = vit_avif_decoded(avif->color.decoder);
  picture->width = image->width;
  picture->height = image->height;
  picture->channels = 4;
  if (vit_avif_has_alpha(avif->color.decoder)) return CODEC_OK;
  if (avif->alpha.bytes.bytes == NULL) {
    picture->channels = 3;
    return CODEC_OK;
  }
  result = open_reader(avif, &avif->alpha, library, avif->alpha.bytes);
  return result == VIT_AVIF_OK ? CODEC_OK : fail(picture, result, "the header of its transparency");
}

// MARK: Pixels

// Decodes, and tells how many rows are there.
static codec_status decode_reader(
  codec_picture *picture, const avif_reader *reader, const vit_avif *library, uint32_t *rows) {
  const int result = library->next_image(reader->decoder);
  const codec_status status =
    result == VIT_AVIF_OK ? CODEC_OK : fail(picture, result, "the image data");
  *rows = 0;
  if (result == VIT_AVIF_OK) {
    *rows = picture->height;
  } else if (result == VIT_AVIF_WAITING_ON_IO) {
    // The last one would be mixed with chroma that is not there.
    const uint32_t decoded = library->decoded_rows(reader->decoder);
    *rows = decoded == 0 ? 0 : decoded - 1;
  }
  if (*rows == 0) return status;
  const vit_avif_image *image = vit_avif_decoded(reader->decoder);
  if (image->width == picture->width && image->height == picture->height) return status;
  *rows = 0;
  return codec_picture_fail(
    picture, CODEC_CORRUPT, "the image data is of %u x %u pixels, not of %u x %u", image->width,
    image->height, picture->width, picture->height);
}

static codec_status decode_color(
  codec_picture *picture, const vit_avif *library, uint8_t *pixels, uint32_t *rows) {
  avif_picture *avif = (avif_picture *)picture;
  const codec_status status = decode_reader(picture, &avif->color, library, rows);
  if (*rows == 0) return status;
  const size_t stride = (size_t)picture->width * (size_t)picture->channels;
  const int result = stride > UINT32_MAX
    ? VIT_AVIF_OUT_OF_MEMORY
    : vit_avif_convert(avif->color.decoder, picture->channels == 4, pixels, (uint32_t)stride);
  if (result == VIT_AVIF_OK) return status;
  *rows = 0;
  return fail(picture, result, "the image's kind of colour");
}

static codec_status decode(codec_picture *picture, uint8_t *pixels, uint32_t *rows) {
  const avif_picture *avif = (const avif_picture *)picture;
  const char *problem = NULL;
  const vit_avif *library = vit_avif_library(&problem);
  const codec_status status = decode_color(picture, library, pixels, rows);
  if (*rows == 0 || avif->alpha.decoder == NULL) return status;
  uint32_t alpha_rows = 0;
  codec_status alpha_status = decode_reader(picture, &avif->alpha, library, &alpha_rows);
  if (alpha_rows > 0 && !vit_avif_luma(avif->alpha.decoder, pixels + 3, 4)) {
    alpha_rows = 0;
    alpha_status = codec_picture_fail(picture, CODEC_CORRUPT, "its transparency has no samples");
  }
  if (alpha_rows < *rows) *rows = alpha_rows;
  return status == CODEC_OK ? alpha_status : status;
}

static void destroy(codec_picture *picture) {
  const avif_picture *avif = (const avif_picture *)picture;
  const char *problem = NULL;
  const vit_avif *library = vit_avif_library(&problem);
  if (avif->color.decoder != NULL) library->delete_decoder(avif->color.decoder);
  if (avif->alpha.decoder != NULL) library->delete_decoder(avif->alpha.decoder);
}

static const codec_picture_kind kind = {
  .read_header = read_header, .decode = decode, .destroy = destroy};

codec_picture *codec_avif_create(
  const codec_picture_source *source, uint64_t told_size, codec_bytes alpha) {
  avif_picture *picture = codec_picture_create(sizeof *picture, &kind, source);
  if (picture == NULL) return NULL;
  picture->told_size = told_size > source->byte_count ? told_size : source->byte_count;
  picture->alpha.bytes = alpha;
  return &picture->picture;
}

bool codec_avif_version(char text[CODEC_MESSAGE_SIZE]) {
  const char *problem = NULL;
  const vit_avif *library = vit_avif_library(&problem);
  snprintf(text, CODEC_MESSAGE_SIZE, "%s", library != NULL ? library->version() : problem);
  return library != NULL;
}
