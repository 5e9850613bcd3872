// What tokenisers know of text: CLIP's vocabulary, and tables of Unicode and HTML.
#ifndef vit_ctextdata_h
#define vit_ctextdata_h

#include <stddef.h>
#include <stdint.h>

// OpenAI's bpe_simple_vocab_16e6.txt.gz, byte for byte.
typedef struct {
  const unsigned char *bytes;
  size_t count;
} vit_text_file;

vit_text_file vit_clip_vocabulary(void);

// The tables below are written by scripts/reference/make-tokenizer-tables.py.

typedef struct {
  const uint32_t *values;
  size_t count;
} vit_text_table;

// Where the class bits change: code point << 8 | bits. Bits from the lowest: Hugging Face's letter
// and number, regex's letter and number (both: neither, nor anything else), white space, "look
// closer for NFC", cased, case-ignorable.
vit_text_table vit_text_classes(void);

// Where the canonical combining class changes: code point << 8 | class.
vit_text_table vit_text_combining(void);
vit_text_table vit_text_combining_hugging_face(void);

// Triples: code point, first, second or 0; by code point.
vit_text_table vit_text_decompositions(void);

// Triples: first, second, composed; by first, then second.
vit_text_table vit_text_compositions(void);
vit_text_table vit_text_compositions_unknown_to_hugging_face(void);

// Triples: first code point, count << 8 | stride << 4 | who (1 Python, 2 Rust), shift.
vit_text_table vit_text_lower(void);

// What U+FF01 and the following become at standard width, a second character in the upper half;
// 0: themselves.
vit_text_table vit_text_width(void);

// What bytes 0x80 to 0x9F mean in Windows-1252, as ftfy reads it.
vit_text_table vit_text_windows_1252(void);

typedef struct {
  const char *name;   // without the ampersand
  const char *value;  // UTF-8
  int capitals;       // only ftfy knows this one
} vit_html_entity;

typedef struct {
  const vit_html_entity *entities;
  size_t count;
} vit_html_entity_list;

// Sorted by the bytes of the names.
vit_html_entity_list vit_html_entities(void);

// Pairs: number of a character reference, and what stands for it.
vit_text_table vit_html_replaced(void);

// Numbers of character references that vanish.
vit_text_table vit_html_invalid(void);

#endif
