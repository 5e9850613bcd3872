// What libtiff says of a picture: its warnings, and the reason of a failure.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tiff_picture.h"

// The picture that the thread works on: libtiff before 4.5 has one handler for all files of a process.
static _Thread_local tiff_picture *current;
static vit_tiff_handler earlier_error_handler;
static vit_tiff_handler earlier_warning_handler;

static void keep_error(tiff_picture *picture, const char *format, va_list arguments) {
  vsnprintf(picture->last_error, CODEC_MESSAGE_SIZE, format, arguments);
}

static void keep_warning(tiff_picture *picture, const char *format, va_list arguments) {
  // Private tags are no fault of a file.
  if (strncmp(format, "Unknown field with tag", 22) == 0) return;
  codec_picture_warn(&picture->picture, format, arguments);
}

static int take_error(
  TIFF *file, void *client, const char *module, const char *format, va_list arguments) {
  (void)file, (void)module;
  keep_error(client, format, arguments);
  return 1;
}

static int take_warning(
  TIFF *file, void *client, const char *module, const char *format, va_list arguments) {
  (void)file, (void)module;
  keep_warning(client, format, arguments);
  return 1;
}

static void take_error_of_thread(const char *module, const char *format, va_list arguments) {
  if (current != NULL) {
    keep_error(current, format, arguments);
  } else if (earlier_error_handler != NULL) {
    earlier_error_handler(module, format, arguments);
  }
}

static void take_warning_of_thread(const char *module, const char *format, va_list arguments) {
  if (current != NULL) {
    keep_warning(current, format, arguments);
  } else if (earlier_warning_handler != NULL) {
    earlier_warning_handler(module, format, arguments);
  }
}

static void take_messages_of_threads(void) {
  const char *problem = NULL;
  const vit_tiff *tiff = vit_tiff_library(&problem);
  if (tiff == NULL || tiff->new_options != NULL) return;
  earlier_error_handler = tiff->set_error_handler(take_error_of_thread);
  earlier_warning_handler = tiff->set_warning_handler(take_warning_of_thread);
}

void tiff_hear(tiff_picture *picture) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, take_messages_of_threads);
  current = picture;
}

void tiff_hear_of_file(tiff_picture *picture, TIFFOpenOptions *options) {
  picture->tiff->options_set_error_handler(options, take_error, picture);
  picture->tiff->options_set_warning_handler(options, take_warning, picture);
}

static void warn(tiff_picture *picture, const char *format, ...)
  __attribute__((format(printf, 2, 3)));

static void warn(tiff_picture *picture, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  codec_picture_warn(&picture->picture, format, arguments);
  va_end(arguments);
}

void tiff_tell_error_as_warning(tiff_picture *picture) {
  if (picture->last_error[0] == 0) return;
  warn(picture, "%s", picture->last_error);
  picture->last_error[0] = 0;
}

codec_status tiff_fail_to_read(tiff_picture *picture, const char *otherwise) {
  const char *reason = picture->last_error[0] != 0 ? picture->last_error : otherwise;
  return codec_picture_fail(
    &picture->picture, picture->is_cut ? CODEC_TRUNCATED : CODEC_CORRUPT, "%s", reason);
}
