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

// A library, and what became of looking it up.
typedef struct {
  // File names, of which the first that is there is loaded.
  const char *const *names;
  size_t name_count;
  const vit_looked_up_function *functions;
  size_t function_count;
  // Called once, when all functions are there; false, with why, where the library cannot be used. NULL for
  // nothing.
  bool (*prepare)(char message[VIT_LOOKUP_MESSAGE_SIZE]);
  int state;
  char message[VIT_LOOKUP_MESSAGE_SIZE];
} vit_runtime_library;

// Of two arrays.
#define VIT_RUNTIME_LIBRARY(names, functions, prepare)                                           \
  {names, sizeof(names) / sizeof *(names), functions, sizeof(functions) / sizeof *(functions), \
   prepare, 0, ""}

// Whether a library can be used, and else why. The first call looks it up; any thread may call.
bool vit_is_there(vit_runtime_library *library, const char **problem);

#endif
