// SHA-256 with the processor's own instructions.
#ifndef vit_chash_h
#define vit_chash_h

#include <stddef.h>
#include <stdint.h>

// Whether this processor has instructions for SHA-256.
int vit_sha256_is_fast(void);

// Takes blocks of 64 bytes into the state of a SHA-256 (FIPS 180-4, section 6.2.2). Only where
// `vit_sha256_is_fast` says so.
void vit_sha256_compress(uint32_t state[8], const void *blocks, size_t count);

#endif
