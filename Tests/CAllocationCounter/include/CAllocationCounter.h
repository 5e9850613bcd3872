// How often the calling thread takes memory from the heap.
#ifndef vit_allocation_counter_h
#define vit_allocation_counter_h

// Allocations of the calling thread so far, or -1 where they are not counted: outside glibc, and
// under a sanitizer, which has an allocator of its own.
long vit_allocations(void);

#endif
