// The one table of kernel sets, filled once from what the processor says it can do.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#include "sets.h"

enum { MAX_SETS = 8 };

static vit_kernels sets[MAX_SETS];
static size_t set_count;
static const vit_kernels *active;
static const char *missing;
static const char *reason;
static int named;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void use_rows(vit_kernels *set, const vit_row_kernels *rows) {
  set->to_bfloat16 = rows->to_bfloat16;
  set->to_uint8 = rows->to_uint8;
  set->to_int8 = rows->to_int8;
  set->transpose = rows->transpose;
  set->interleave = rows->interleave;
  set->exponentials = rows->exponentials;
  set->multiply = rows->multiply;
  set->layer_norm = rows->layer_norm;
  set->l2_normalize = rows->l2_normalize;
}

static void add(
  const char *name, size_t vector, size_t panel, int widened_int8_is_fast,
  const vit_linear_kernels *linear, const vit_row_kernels *rows,
  const vit_resize_kernels *resize) {
  vit_kernels *set = &sets[set_count++];
  *set = (vit_kernels){
    .name = name,
    .vector = vector,
    .panel = panel,
    .fast = {1, 0, widened_int8_is_fast},
    .tile_rows = {linear->float32.rows, linear->bfloat16.rows, linear->int8.rows},
    .tile = {linear->float32.tile, linear->bfloat16.tile, linear->int8.tile},
    .finish = linear->finish,
    .multiply_adds = {
      linear->float32.multiply_adds, linear->bfloat16.multiply_adds, linear->int8.multiply_adds},
    .resize_layout = resize->layout,
    .resize_horizontal = resize->horizontal,
    .resize_vertical = resize->vertical,
  };
  use_rows(set, rows);
}

#if defined(__x86_64__) || defined(__aarch64__)
// The last set once more under another name, with a better kernel for one precision.
static void add_with(const char *name, vit_precision precision, const vit_tile_kernel *kernel) {
  sets[set_count] = sets[set_count - 1];
  vit_kernels *set = &sets[set_count++];
  set->name = name;
  set->fast[precision] = 1;
  set->tile_rows[precision] = kernel->rows;
  set->tile[precision] = kernel->tile;
  set->multiply_adds[precision] = kernel->multiply_adds;
}
#endif

int vit_bfloat16_products_are_fast(const char *maker) {
  return strcmp(maker, "AuthenticAMD") == 0;
}

#if defined(__x86_64__)
// Of the processor, as CPUID tells it.
static void read_maker(char maker[13]) {
  uint32_t a, name[3] = {0};
  __get_cpuid(0, &a, &name[0], &name[2], &name[1]);
  memcpy(maker, name, sizeof name);
  maker[12] = 0;
}

// The register state that the system saves: instructions beyond it fault whatever CPUID says.
static uint64_t saved_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static int bit(uint32_t word, int i) { return word >> i & 1; }

static void add_sets(void) {
  uint32_t a, b = 0, c, d, a1 = 0, b1, c1, d1;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return;
  int ssse3 = bit(c, 9), sse41 = bit(c, 19), sse42 = bit(c, 20), popcnt = bit(c, 23);
  if (!ssse3 || !sse41 || !sse42 || !popcnt) return;
  add("sse4", 4, 16, 1, &vit_linear_sse4, &vit_rows_sse4, &vit_resize_sse4);

  int fma = bit(c, 12), osxsave = bit(c, 27), avx = bit(c, 28);
  if (!osxsave || !avx || !fma || (saved_state() & 0x6) != 0x6) return;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !bit(b, 5)) return;
  if (a >= 1) __get_cpuid_count(7, 1, &a1, &b1, &c1, &d1);

  add("avx2", 8, 16, 1, &vit_linear_avx2, &vit_rows_avx2, &vit_resize_avx2);
  if (bit(a1, 4)) add_with("avxvnni", VIT_INT8, &vit_int8_avxvnni);

  int f = bit(b, 16), dq = bit(b, 17), bw = bit(b, 30), vl = bit(b, 31);
  if (!(f && dq && bw && vl) || (saved_state() & 0xe6) != 0xe6) return;
  // Without VNNI and VBMI a resize is AVX2's: there is none for less.
  int vbmi = bit(c, 1), vnni = bit(c, 11);
  add(
    "avx512", 16, 64, 1, &vit_linear_avx512, &vit_rows_avx512,
    vbmi && vnni ? &vit_resize_avx512 : &vit_resize_avx2);
  if (vnni) add_with("avx512vnni", VIT_INT8, &vit_int8_avx512vnni);
  if (bit(a1, 5)) {
    add_with("avx512bf16", VIT_BFLOAT16, &vit_bfloat16_avx512bf16);
    vit_kernels *set = &sets[set_count - 1];
    use_rows(set, &vit_rows_avx512bf16);
    set->finish = vit_finish_avx512bf16;
    char maker[13];
    read_maker(maker);
    if (!vit_bfloat16_products_are_fast(maker)) {
      set->fast[VIT_BFLOAT16] = 0;
      active = set - 1;
      reason = "the best here: this processor is not known to multiply bfloat16 faster than float32";
    }
  }
}
#elif defined(__aarch64__)
#if defined(__APPLE__)
static int has(const char *name) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, NULL, 0) == 0 && value != 0;
}
#endif

static void add_sets(void) {
  int dot = 0, i8mm = 0, bf16 = 0;
#if defined(__APPLE__)
  dot = has("hw.optional.arm.FEAT_DotProd");
  i8mm = has("hw.optional.arm.FEAT_I8MM");
  bf16 = has("hw.optional.arm.FEAT_BF16");
#elif defined(__linux__)
  // HWCAP_ASIMDDP, HWCAP2_I8MM and HWCAP2_BF16 of <asm/hwcap.h>.
  dot = getauxval(AT_HWCAP) >> 20 & 1;
  i8mm = getauxval(AT_HWCAP2) >> 13 & 1;
  bf16 = getauxval(AT_HWCAP2) >> 14 & 1;
#endif
  add("neon", 4, 16, 0, &vit_linear_neon, &vit_rows_neon, &vit_resize_neon);
  if (dot) {
    add_with("neondot", VIT_INT8, &vit_int8_neondot);
    sets[set_count - 1].to_uint8 = vit_to_signed_bytes_neon;
  }
  if (i8mm) {
    add_with("neoni8mm", VIT_INT8, &vit_int8_neoni8mm);
    sets[set_count - 1].to_uint8 = vit_rows_neon.to_uint8;
  }
  if (bf16) add_with("neonbf16", VIT_BFLOAT16, &vit_bfloat16_neonbf16);
}
#else
static void add_sets(void) {}
#endif

static void fill(void) {
  add("scalar", 1, 16, 0, &vit_linear_scalar, &vit_rows_scalar, &vit_resize_scalar);
  reason = "the best that this processor has";
  add_sets();
  if (active == NULL) active = &sets[set_count - 1];
  const char *wanted = getenv("VIT_KERNELS");
  if (wanted == NULL || *wanted == 0) return;
  for (size_t i = 0; i < set_count; i++) {
    if (strcmp(wanted, sets[i].name) == 0) {
      active = &sets[i];
      named = 1;
      reason = "named by VIT_KERNELS";
      return;
    }
  }
  missing = wanted;
}

const vit_kernels *vit_kernels_active(void) {
  pthread_once(&once, fill);
  return active;
}

const vit_kernels *vit_kernels_available(size_t i) {
  pthread_once(&once, fill);
  return i < set_count ? &sets[i] : NULL;
}

int vit_kernels_named(void) {
  pthread_once(&once, fill);
  return named;
}

const char *vit_kernels_reason(void) {
  pthread_once(&once, fill);
  return reason;
}

const char *vit_kernels_missing(void) {
  pthread_once(&once, fill);
  return missing;
}
