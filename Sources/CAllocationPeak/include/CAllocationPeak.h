// How much memory is taken between two moments, by all threads, as the address sanitiser sees it.
#ifndef vit_CAllocationPeak_h
#define vit_CAllocationPeak_h

#include <stddef.h>

// Begins to count from nothing.
void vit_allocation_peak_start(void);
// The most bytes that were taken at once since then, beside what was there before.
size_t vit_allocation_peak_stop(void);

#endif
