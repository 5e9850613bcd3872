// Libraries that are looked up when they are first needed, so that nothing of them is wanted to build,
// and a program that does not use them starts no slower.
#ifndef vit_lookup_h
#define vit_lookup_h

#include <stdbool.h>
#include <stddef.h>

#define VIT_LOOKUP_MESSAGE_SIZE 256

// A function of a library.
typedef struct {
  // A pointer to the function pointer that is filled in.
  void *place;
  const char *name;
  // Whether the library is of use without it; the pointer is then NULL.
  bool is_optional;
} vit_looked_up_function;

// Loads the first of a library's file names that is there, and looks its functions up.
//
// False, with the reason in `message`, where none can be loaded or a function is missing. Where two
// threads ask at once, call it through pthread_once.
bool vit_look_up(
  const char *const *names, size_t name_count, const vit_looked_up_function *functions,
  size_t function_count, char message[VIT_LOOKUP_MESSAGE_SIZE]);

#endif
