#include "avif.h"
#include "heif.h"
#include "lookup.h"
#include "webp.h"
