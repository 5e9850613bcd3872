// RGBA8 over a background.
#ifndef vit_blend_h
#define vit_blend_h

#include <stddef.h>
#include <stdint.h>

// round((colour * alpha + background * (255 - alpha)) / 255), for each pixel.
static inline void codec_blend(
  const uint8_t *rgba, uint8_t *rgb, size_t pixels, const uint8_t background[3]) {
  for (size_t i = 0; i < pixels; i++, rgba += 4, rgb += 3) {
    unsigned alpha = rgba[3];
    for (int channel = 0; channel < 3; channel++) {
      unsigned sum = rgba[channel] * alpha + background[channel] * (255 - alpha);
      rgb[channel] = (uint8_t)((sum + 127) / 255);
    }
  }
}

// The colour alone.
static inline void codec_drop_alpha(const uint8_t *rgba, uint8_t *rgb, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, rgba += 4, rgb += 3) {
    rgb[0] = rgba[0];
    rgb[1] = rgba[1];
    rgb[2] = rgba[2];
  }
}

#endif
