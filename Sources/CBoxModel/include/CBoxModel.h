#ifndef VITKIT_BOX_MODEL_H
#define VITKIT_BOX_MODEL_H

#include <stddef.h>

/// A file of the model in the box: constant data of the program, read where it lies.
typedef struct {
  const void *_Nonnull bytes;
  size_t size;
} vitkit_box_file;

vitkit_box_file vitkit_box_weights(void);
vitkit_box_file vitkit_box_configuration(void);

#endif
