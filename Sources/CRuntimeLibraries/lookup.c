#include "lookup.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

enum { NOT_TRIED = 0, THERE, MISSING };

static bool look_up(vit_runtime_library *library) {
  void *loaded = NULL;
  for (size_t i = 0; loaded == NULL && i < library->name_count; i++) {
    loaded = dlopen(library->names[i], RTLD_NOW | RTLD_LOCAL);
    // Of several the first is the usual one: what the loader says of it tells most.
    if (loaded == NULL && i == 0) {
      const char *reason = dlerror();
      snprintf(
        library->message, sizeof library->message, "%s",
        reason != NULL ? reason : "cannot be loaded");
    }
  }
  if (loaded == NULL) return false;
  for (size_t i = 0; i < library->function_count; i++) {
    const vit_looked_up_function *function = &library->functions[i];
    void *address = dlsym(loaded, function->name);
    if (address == NULL && !function->is_optional) {
      snprintf(library->message, sizeof library->message, "it has no %s", function->name);
      dlclose(loaded);
      return false;
    }
    *(void **)function->place = address;
  }
  return library->prepare == NULL || library->prepare(library->message);
}

bool vit_is_there(vit_runtime_library *library, const char **problem) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  int state = __atomic_load_n(&library->state, __ATOMIC_ACQUIRE);
  if (state == NOT_TRIED) {
    pthread_mutex_lock(&lock);
    state = library->state;
    if (state == NOT_TRIED) {
      state = look_up(library) ? THERE : MISSING;
      __atomic_store_n(&library->state, state, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
  }
  *problem = library->message;
  return state == THERE;
}
