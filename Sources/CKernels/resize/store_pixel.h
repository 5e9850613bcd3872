// Stores an output pixel from the sums of its three channels, rounded and clamped.
INLINE void store_pixel(__m128i sums, uint8_t *target) {
  const __m128i half = _mm_set1_epi32(1 << (FRACTION_BITS - 1));
  __m128i values = _mm_srai_epi32(_mm_add_epi32(sums, half), FRACTION_BITS);
  values = _mm_packs_epi32(values, values);
  values = _mm_packus_epi16(values, values);
  uint32_t bytes = (uint32_t)_mm_cvtsi128_si32(values);
  memcpy(target, &bytes, 3);
}
