#ifndef VITKIT_C_HASH_H
#define VITKIT_C_HASH_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has instructions for SHA-256.
int vitkit_sha256_is_fast(void);

/// Takes blocks of 64 bytes into the state of a SHA-256 (FIPS 180-4, section 6.2.2). Only where
/// `vitkit_sha256_is_fast` says so.
void vitkit_sha256_compress(uint32_t state[8], const void *blocks, size_t count);

#endif
