#ifndef vit_processors_h
#define vit_processors_h

#include <stddef.h>

// Processors this process may use: those of its affinity, or fewer where its control group (a
// container) has a share of their time.
size_t vit_processors(void);

#endif
