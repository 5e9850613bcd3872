#include "lookup.h"

#include <dlfcn.h>
#include <stdio.h>

bool vit_look_up(
  const char *const *names, size_t name_count, const vit_looked_up_function *functions,
  size_t function_count, char message[VIT_LOOKUP_MESSAGE_SIZE]) {
  void *library = NULL;
  for (size_t i = 0; library == NULL && i < name_count; i++) {
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    // Of several the first is the usual one: what the loader says of it tells most.
    if (library == NULL && i == 0) {
      const char *reason = dlerror();
      snprintf(message, VIT_LOOKUP_MESSAGE_SIZE, "%s", reason != NULL ? reason : "cannot be loaded");
    }
  }
  if (library == NULL) return false;
  for (size_t i = 0; i < function_count; i++) {
    void *address = dlsym(library, functions[i].name);
    if (address == NULL && !functions[i].is_optional) {
      snprintf(message, VIT_LOOKUP_MESSAGE_SIZE, "it has no %s", functions[i].name);
      dlclose(library);
      return false;
    }
    *(void **)functions[i].place = address;
  }
  return true;
}
