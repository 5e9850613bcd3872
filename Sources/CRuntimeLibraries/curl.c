#include "curl.h"

#include <stdio.h>

#include "lookup.h"

static vit_curl library;

static const char *const names[] = {
#ifdef __APPLE__
  "/usr/lib/libcurl.4.dylib", "libcurl.4.dylib",
#else
  // Debian and its relatives have a variant built with GnuTLS beside the usual one.
  "libcurl.so.4", "libcurl-gnutls.so.4",
#endif
};

static const vit_looked_up_function functions[] = {
  {&library.global_init, "curl_global_init", false},
  {&library.easy_init, "curl_easy_init", false},
  {&library.easy_reset, "curl_easy_reset", false},
  {&library.easy_cleanup, "curl_easy_cleanup", false},
  {&library.setopt, "curl_easy_setopt", false},
  {&library.getinfo, "curl_easy_getinfo", false},
  {&library.perform, "curl_easy_perform", false},
  {&library.describe, "curl_easy_strerror", false},
  {&library.list_append, "curl_slist_append", false},
  {&library.list_free, "curl_slist_free_all", false},
};

static bool prepare(char message[VIT_LOOKUP_MESSAGE_SIZE]) {
  if (library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return true;
  snprintf(message, VIT_LOOKUP_MESSAGE_SIZE, "it does not start");
  return false;
}

const vit_curl *vit_curl_library(const char **problem) {
  static vit_runtime_library found = VIT_RUNTIME_LIBRARY(names, functions, prepare);
  return vit_is_there(&found, problem) ? &library : NULL;
}
