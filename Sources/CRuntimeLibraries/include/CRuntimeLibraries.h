#include "lookup.h"
#include "tiff.h"
#include "webp.h"
