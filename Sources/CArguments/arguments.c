// Keeps what the C library hands to the program's constructors.
#include "CArguments.h"

#include <stddef.h>
#include <stdlib.h>

static char *const *arguments = NULL;

char *const *vit_arguments(void) { return arguments; }

#if defined(__GLIBC__) || defined(__APPLE__)
// These two call constructors with main's arguments; musl calls them with none.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  (void)count;
  arguments = values;
}
#endif
