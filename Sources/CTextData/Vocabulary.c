// CLIP's vocabulary, put into the program by the compiler.
#include "CTextData.h"

// #embed is C23's; clang has it in every mode and would only remark on that.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char vocabulary[] = {
#embed "bpe_simple_vocab_16e6.txt.gz"
};

vit_text_file vit_clip_vocabulary(void) {
  return (vit_text_file){vocabulary, sizeof vocabulary};
}
