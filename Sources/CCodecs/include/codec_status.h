// How a decoder's function ended, and what it says of it.
#ifndef vit_codec_status_h
#define vit_codec_status_h

#define CODEC_MESSAGE_SIZE 256

typedef enum {
  CODEC_OK = 0,
  // The bytes end before the image does.
  CODEC_TRUNCATED,
  // The bytes contradict the format.
  CODEC_CORRUPT,
  // A valid file of a kind that is not decoded (12-bit or lossless JPEG, two components, ...).
  CODEC_UNSUPPORTED,
  // More scans than the caller allows.
  CODEC_TOO_MANY_SCANS,
  CODEC_OUT_OF_MEMORY,
  // The library that decodes it is not there.
  CODEC_NO_LIBRARY,
} codec_status;

// What becomes of transparency.
typedef enum {
  // Colour as stored, whatever its alpha.
  CODEC_DROP_ALPHA = 0,
  // Colour over the background: round((colour * alpha + background * (255 - alpha)) / 255).
  CODEC_BLEND_ALPHA = 1,
} codec_alpha;

// How a decode went, in words.
typedef struct {
  // The error, when a function returned one.
  char error[CODEC_MESSAGE_SIZE];
  // The first warning, and how many there were.
  char warning[CODEC_MESSAGE_SIZE];
  long warning_count;
} codec_report;

#endif
