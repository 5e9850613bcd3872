// As Little CMS takes Lab of 8 bits to its sRGB (perceptual), to the bit: 33 x 33 x 33 colours are
// computed, and what lies between them is interpolated in tetrahedra of 16-bit numbers (`cmsopt.c`,
// `cmsintrp.c`). The way of a computed colour is Lab, XYZ of D50, linear RGB, sRGB's curve, each step
// rounded to single precision as there.
#include "lab.h"

#include <math.h>
#include <pthread.h>
#include <stddef.h>

enum { GRID = 33 };

// Of L*, a*, b*, the last of which is next to its neighbour.
static uint16_t grid[GRID][GRID][GRID][3];

// MARK: The computed colours

typedef struct {
  double row[3][3];
} matrix;

static matrix product(const matrix *a, const matrix *b) {
  matrix result;
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) {
      result.row[i][j] =
        a->row[i][0] * b->row[0][j] + a->row[i][1] * b->row[1][j] + a->row[i][2] * b->row[2][j];
    }
  }
  return result;
}

// The determinant of the rows and columns that follow `i` and `j`, round the edge: with its sign.
static double cofactor(const matrix *m, int i, int j) {
  const int a = (i + 1) % 3, b = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
  return m->row[a][c] * m->row[b][d] - m->row[a][d] * m->row[b][c];
}

static matrix inverse(const matrix *m) {
  double determinant = 0;
  for (int j = 0; j < 3; j++) determinant += m->row[0][j] * cofactor(m, 0, j);
  matrix result;
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) result.row[j][i] = cofactor(m, i, j) / determinant;
  }
  return result;
}

// Little CMS counts XYZ in parts of the highest number of u1Fixed15.
static const double highest_xyz = 1.0 + 32767.0 / 32768.0;
static const double white_d50[3] = {0.9642, 1.0, 0.8249};

// From XYZ of D50, in those parts, to linear sRGB: the primaries of Rec. 709 with the white D65, which
// is taken to D50 as Bradford does.
static matrix rgb_of_xyz(void) {
  const matrix primaries = {
    {{0.64, 0.30, 0.15}, {0.33, 0.60, 0.06}, {1 - 0.64 - 0.33, 1 - 0.30 - 0.60, 1 - 0.15 - 0.06}}};
  const matrix bradford = {
    {{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};
  const double x = 0.3127, y = 0.3290;
  const double white_d65[3] = {x / y, 1, (1 - x - y) / y};
  const matrix of_primaries = inverse(&primaries);
  matrix xyz_of_rgb, cones = {{{0}}};
  for (int j = 0; j < 3; j++) {
    double share = 0, from = 0, to = 0;
    for (int k = 0; k < 3; k++) {
      share += of_primaries.row[j][k] * white_d65[k];
      from += bradford.row[j][k] * white_d65[k];
      to += bradford.row[j][k] * white_d50[k];
    }
    for (int i = 0; i < 3; i++) xyz_of_rgb.row[i][j] = primaries.row[i][j] * share;
    cones.row[j][j] = to / from;
  }
  const matrix of_bradford = inverse(&bradford);
  const matrix scaled = product(&cones, &bradford);
  const matrix adaptation = product(&of_bradford, &scaled);
  const matrix adapted = product(&adaptation, &xyz_of_rgb);
  matrix result = inverse(&adapted);
  for (int i = 0; i < 9; i++) result.row[i / 3][i % 3] *= highest_xyz;
  return result;
}

static double cube_or_line(double t) {
  return t <= 24.0 / 116.0 ? 108.0 / 841.0 * (t - 16.0 / 116.0) : t * t * t;
}

// IEC 61966-2-1: the inverse of ((v + 0.055) / 1.055) ^ 2.4, and of v / 12.92 below 0.04045.
static double srgb_curve(double linear) {
  const double a = 1 / 1.055, b = 0.055 / 1.055;
  return linear >= pow(a * 0.04045 + b, 2.4) ? (pow(linear, 1 / 2.4) - b) / a
                                             : linear / (1 / 12.92);
}

static uint16_t word(double value) {
  value = value * 65535.0 + 0.5;
  return value <= 0 ? 0 : value >= 65535 ? 65535 : (uint16_t)value;
}

static void compute(const matrix *rgb_of, const float lab[3], uint16_t rgb[3]) {
  const double y = (lab[0] * 100.0 + 16.0) / 116.0;
  const double x = y + 0.002 * (lab[1] * 255.0 - 128.0);
  const double z = y - 0.005 * (lab[2] * 255.0 - 128.0);
  const float xyz[3] = {
    (float)(cube_or_line(x) * white_d50[0] / highest_xyz),
    (float)(cube_or_line(y) * white_d50[1] / highest_xyz),
    (float)(cube_or_line(z) * white_d50[2] / highest_xyz)};
  for (int i = 0; i < 3; i++) {
    const double *row = rgb_of->row[i];
    const float linear = (float)(xyz[0] * row[0] + xyz[1] * row[1] + xyz[2] * row[2]);
    rgb[i] = word((float)srgb_curve(linear));
  }
}

static void fill_grid(void) {
  const matrix rgb_of = rgb_of_xyz();
  float place[GRID];
  for (int i = 0; i < GRID; i++) {
    place[i] = (float)(word((double)i / (GRID - 1)) / 65535.0);
  }
  for (int l = 0; l < GRID; l++) {
    for (int a = 0; a < GRID; a++) {
      for (int b = 0; b < GRID; b++) {
        compute(&rgb_of, (float[3]){place[l], place[a], place[b]}, grid[l][a][b]);
      }
    }
  }
}

// MARK: What lies between

// From 8 bits to a place in the grid with 16 bits behind the point, rounded as `_cmsToFixedDomain`.
static int fixed_place(unsigned byte) {
  const int scaled = (int)(byte * 257) * (GRID - 1);
  return scaled + (scaled + 0x7fff) / 0xffff;
}

void tiff_lab_to_rgb(const uint8_t lab[3], uint8_t rgb[3]) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, fill_grid);
  const int places[3] = {
    fixed_place(lab[0]), fixed_place(lab[1] ^ 128u), fixed_place(lab[2] ^ 128u)};
  int low[3], rest[3], order[3] = {0, 1, 2};
  for (int i = 0; i < 3; i++) {
    low[i] = places[i] >> 16;
    rest[i] = places[i] & 0xffff;
  }
  // From the corner below to that above, along the axis with the largest rest first.
  for (int pass = 0; pass < 3; pass++) {
    const int i = pass == 1 ? 1 : 0;
    if (rest[order[i]] < rest[order[i + 1]]) {
      const int other = order[i];
      order[i] = order[i + 1];
      order[i + 1] = other;
    }
  }
  int corner[3] = {low[0], low[1], low[2]};
  const uint16_t *start = grid[corner[0]][corner[1]][corner[2]];
  const uint16_t *last = start;
  int64_t sum[3] = {0x8001, 0x8001, 0x8001};
  for (int i = 0; i < 3; i++) {
    const int axis = order[i];
    if (rest[axis] == 0) break;
    corner[axis]++;
    const uint16_t *next = grid[corner[0]][corner[1]][corner[2]];
    for (int k = 0; k < 3; k++) sum[k] += (int64_t)(next[k] - last[k]) * rest[axis];
    last = next;
  }
  for (int k = 0; k < 3; k++) {
    const int64_t part = sum[k] + (sum[k] >> 16);
    const uint32_t value = (uint16_t)(start[k] + (part >> 16));
    rgb[k] = (uint8_t)((value * 65281u + 8388608u) >> 24);
  }
}
