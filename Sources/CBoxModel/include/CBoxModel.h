// The files of the model in the box.
#ifndef vit_cboxmodel_h
#define vit_cboxmodel_h

#include <stddef.h>

// A file of the model in the box: constant data of the program, read where it lies.
typedef struct {
  const void *bytes;
  size_t size;
} vit_box_file;

vit_box_file vit_box_weights(void);
vit_box_file vit_box_configuration(void);

#endif
