// A TIFF that is decoded: what the parts of its decoder share, and what each of them does.
#ifndef vit_tiff_picture_h
#define vit_tiff_picture_h

#include <CRuntimeLibraries.h>

#include "../picture_kind.h"
#include "samples.h"

typedef struct tiff_picture tiff_picture;

// What libtiff reads the file through.
typedef struct {
  tiff_picture *picture;
  uint64_t position;
  TIFF *file;
} tiff_reader;

struct tiff_picture {
  codec_picture picture;
  codec_tiff_layout layout;
  tiff_chroma chroma;
  const vit_tiff *tiff;
  // One, or one for each sample that is of use.
  tiff_reader readers[TIFF_MOST_SAMPLES];
  int reader_count;
  uint32_t rows_per_strip;
  uint32_t tile_width;
  uint32_t tile_height;
  // Bytes of a row, or a tile, as libtiff gives it: of one sample where the file has planes.
  size_t unit_bytes;
  // A row or tile of each sample that is of use, or the rows of a strip.
  uint8_t *units;
  // Samples of a row as bytes.
  uint8_t *bytes;
  // The picture's rows that a row of tiles made.
  uint8_t *band;
  // Rows that were read together.
  uint32_t band_start;
  uint32_t band_end;
  bool is_prepared;
  // Whether some of the data lies behind the end of the file.
  bool is_cut;
  // What libtiff said last; empty where it has been told.
  char last_error[CODEC_MESSAGE_SIZE];
};

// MARK: Messages (messages.c)

// Whom libtiff's messages on this thread are for until the next call, before version 4.5; NULL for
// nobody.
void tiff_hear(tiff_picture *picture);
// Since version 4.5: whom the messages about the file are for that is opened with these options.
void tiff_hear_of_file(tiff_picture *picture, TIFFOpenOptions *options);
// What libtiff called an error and went on after, such as a bad code word of a fax.
void tiff_tell_error_as_warning(tiff_picture *picture);
// Fails with what libtiff said, or, where it said nothing, with `otherwise`.
codec_status tiff_fail_to_read(tiff_picture *picture, const char *otherwise);

// MARK: The file (file.c)

// Opens as many readers as the layout needs, and measures what each gives.
codec_status tiff_open_readers(tiff_picture *picture);

// MARK: What is read together (units.c)

// Whether libtiff makes RGB of the luma and chroma, of whole strips and tiles.
bool tiff_has_library_convert(const tiff_picture *picture);
// Whether strips are read whole, which those of faxes are.
bool tiff_reads_strips(const tiff_picture *picture);
// Whether libtiff's rows are the picture's already.
bool tiff_is_direct(const tiff_picture *picture);
// Makes room for what is read; false when out of memory.
bool tiff_prepare(tiff_picture *picture);
// The samples of a row that begins `row_start` bytes behind the beginning of each unit; of a pixel alpha
// is the last.
void tiff_samples_of_row(
  const tiff_picture *picture, size_t row_start, tiff_samples samples[TIFF_MOST_SAMPLES]);

// MARK: The next row, of strips (strips.c) and of tiles (tiles.c)

codec_status tiff_read_row(tiff_picture *picture, uint8_t *row);
codec_status tiff_read_row_of_fax(tiff_picture *picture, uint8_t *row);
// Of a strip that libtiff turned into RGBA.
codec_status tiff_read_row_of_strip(tiff_picture *picture, uint8_t *row);
codec_status tiff_read_row_of_tile(tiff_picture *picture, uint8_t *row);

#endif
