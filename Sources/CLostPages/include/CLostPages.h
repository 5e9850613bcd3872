// What becomes of a mapped file that is cut while it is read: its pages behind the new end are gone,
// and touching one is a signal (SIGBUS), also where a disk fails.
//
// Pages of watched memory are replaced by zeros when that happens, and what was lost is remembered:
// whoever read them asks, and fails. Signals for other addresses go to whoever handled them before.
#ifndef vit_clostpages_h
#define vit_clostpages_h

#include <stdbool.h>
#include <stddef.h>

typedef struct vit_watched_memory vit_watched_memory;

// Watches `size` bytes that begin at a page. NULL when memory is out. The first call installs the
// handler.
vit_watched_memory *vit_watch_memory(const void *start, size_t size);

// Whether a page was lost since; may be asked by any thread.
bool vit_lost_pages(const vit_watched_memory *memory);

// Ends watching; to be called before the memory is unmapped.
void vit_unwatch_memory(vit_watched_memory *memory);

#endif
