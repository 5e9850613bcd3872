#include "lookup.h"
#include "webp.h"
