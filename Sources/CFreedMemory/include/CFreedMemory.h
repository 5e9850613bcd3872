// Memory that the process has freed and keeps for what it allocates next.
#ifndef vit_cfreedmemory_h
#define vit_cfreedmemory_h

// Keeps up to 16 MiB of each heap, and serves allocations of up to 8 MiB from there.
//
// By default glibc may give the end of a heap back after each photograph, whose pixels are mapped and
// cleared anew then: a page fault every 4 KiB, 40 % of the time in which a small JPEG is decoded.
// Whether it does depends on what happens to lie behind them.
//
// For a program to decide, not for a library: it holds for the whole process. Other C libraries, which
// have no such settings, are left as they are; so is one to which the environment says something else
// (MALLOC_TRIM_THRESHOLD_, MALLOC_MMAP_THRESHOLD_, GLIBC_TUNABLES; mallopt(3)).
void vit_keep_freed_memory(void);

#endif
