#include "curl.h"
#include "lookup.h"
#include "webp.h"
