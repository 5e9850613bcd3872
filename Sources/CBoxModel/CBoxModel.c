#include "CBoxModel.h"
