// The files themselves, put into the program by the compiler.
#include "CBoxModel.h"

// #embed is C23's; clang has it in every mode and would only remark on that.
#pragma clang diagnostic ignored "-Wc23-extensions"

static _Alignas(64) const unsigned char weights[] = {
#embed "vit_tiny_patch16_224.augreg_in21k_ft_in1k/model.safetensors"
};

static const unsigned char configuration[] = {
#embed "vit_tiny_patch16_224.augreg_in21k_ft_in1k/config.json"
};

vit_box_file vit_box_weights(void) {
  return (vit_box_file){weights, sizeof weights};
}

vit_box_file vit_box_configuration(void) {
  return (vit_box_file){configuration, sizeof configuration};
}
