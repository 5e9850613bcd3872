// A resize pass in plain C: what every other kernel set must equal to the bit.
#include "../dispatch/sets.h"
#include "fixed_point.h"

static void horizontal(const vit_resize_pass *pass, size_t first, size_t end) {
  const vit_resize_windows *windows = pass->windows;
  for (size_t row = first; row < end; row++) {
    uint8_t *target = pass->target + row * pass->target_stride;
    for (size_t i = 0; i < (size_t)windows->count; i++) {
      const int32_t *weights = windows->weights + i * (size_t)windows->stride;
      const uint8_t *pixel =
        pass->source + row * pass->source_stride + (size_t)windows->start[i] * 3;
      uint32_t red = 0, green = 0, blue = 0;
      for (size_t tap = 0; tap < (size_t)windows->length[i]; tap++, pixel += 3) {
        red += (uint32_t)pixel[0] * (uint32_t)weights[tap];
        green += (uint32_t)pixel[1] * (uint32_t)weights[tap];
        blue += (uint32_t)pixel[2] * (uint32_t)weights[tap];
      }
      target[i * 3] = rounded(red);
      target[i * 3 + 1] = rounded(green);
      target[i * 3 + 2] = rounded(blue);
    }
  }
}

static void vertical(const vit_resize_pass *pass, size_t first, size_t end) {
  for (size_t row = first; row < end; row++) vertical_rest(pass, row, 0);
}

const vit_resize_kernels vit_resize_scalar = {.horizontal = horizontal, .vertical = vertical};
