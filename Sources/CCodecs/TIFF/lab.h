// CIE L*a*b* as sRGB.
#ifndef vit_tiff_lab_h
#define vit_tiff_lab_h

#include <stdint.h>

// L* of 0 to 100 as 0 to 255, a* and b* of -128 to 127 as two's complement.
void tiff_lab_to_rgb(const uint8_t lab[3], uint8_t rgb[3]);

#endif
