// Transfers through libcurl's easy interface, looked up at run time.
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION

#include "transfer.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The functions that are looked up; the header gives their types.
static struct {
  __typeof__(&curl_global_init) global_init;
  __typeof__(&curl_easy_init) easy_init;
  __typeof__(&curl_easy_reset) easy_reset;
  __typeof__(&curl_easy_cleanup) easy_cleanup;
  __typeof__(&curl_easy_setopt) setopt;
  __typeof__(&curl_easy_getinfo) getinfo;
  __typeof__(&curl_easy_perform) perform;
  __typeof__(&curl_easy_strerror) describe;
  __typeof__(&curl_slist_append) list_append;
  __typeof__(&curl_slist_free_all) list_free;
} library;

static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static int library_loaded;
static char library_message[256];

#ifdef __APPLE__
static const char *const library_names[] = {"/usr/lib/libcurl.4.dylib", "libcurl.4.dylib"};
#else
// Debian and its relatives have a variant built with GnuTLS beside the usual one.
static const char *const library_names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif

static void library_load(void) {
  void *handle = NULL;
  for (size_t i = 0; handle == NULL && i < sizeof library_names / sizeof *library_names; i++) {
    handle = dlopen(library_names[i], RTLD_NOW | RTLD_LOCAL);
  }
  if (handle == NULL) {
    snprintf(library_message, sizeof library_message, "libcurl cannot be loaded (%s)", dlerror());
    return;
  }
  struct {
    void **place;
    const char *name;
  } symbols[] = {
    {(void **)&library.global_init, "curl_global_init"},
    {(void **)&library.easy_init, "curl_easy_init"},
    {(void **)&library.easy_reset, "curl_easy_reset"},
    {(void **)&library.easy_cleanup, "curl_easy_cleanup"},
    {(void **)&library.setopt, "curl_easy_setopt"},
    {(void **)&library.getinfo, "curl_easy_getinfo"},
    {(void **)&library.perform, "curl_easy_perform"},
    {(void **)&library.describe, "curl_easy_strerror"},
    {(void **)&library.list_append, "curl_slist_append"},
    {(void **)&library.list_free, "curl_slist_free_all"},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    *symbols[i].place = dlsym(handle, symbols[i].name);
    if (*symbols[i].place == NULL) {
      snprintf(library_message, sizeof library_message, "libcurl lacks %s", symbols[i].name);
      return;
    }
  }
  if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    snprintf(library_message, sizeof library_message, "libcurl does not start");
    return;
  }
  library_loaded = 1;
}

struct vit_transfer_session {
  CURL *handle;
  vit_transfer_callbacks callbacks;
  int stopped;
};

vit_transfer_session *vit_transfer_open(char message[256]) {
  pthread_once(&library_once, library_load);
  if (!library_loaded) {
    memcpy(message, library_message, sizeof library_message);
    return NULL;
  }
  vit_transfer_session *session = calloc(1, sizeof *session);
  if (session != NULL) session->handle = library.easy_init();
  if (session == NULL || session->handle == NULL) {
    free(session);
    snprintf(message, 256, "out of memory");
    return NULL;
  }
  return session;
}

void vit_transfer_close(vit_transfer_session *session) {
  library.easy_cleanup(session->handle);
  free(session);
}

static size_t receive_header(char *line, size_t size, size_t count, void *context) {
  vit_transfer_session *session = context;
  session->stopped |=
    session->callbacks.header(session->callbacks.context, (const uint8_t *)line, size * count);
  return session->stopped ? 0 : size * count;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
  vit_transfer_session *session = context;
  session->stopped |=
    session->callbacks.body(session->callbacks.context, (const uint8_t *)bytes, size * count);
  return session->stopped ? 0 : size * count;
}

static int report_progress(
  void *context, curl_off_t total, curl_off_t now, curl_off_t upload_total, curl_off_t upload_now) {
  (void)total, (void)now, (void)upload_total, (void)upload_now;
  vit_transfer_session *session = context;
  session->stopped |= session->callbacks.poll(session->callbacks.context);
  return session->stopped;
}

static vit_transfer_outcome outcome(CURLcode code) {
  switch (code) {
    case CURLE_OK: return VIT_TRANSFER_ANSWERED;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return VIT_TRANSFER_UNREACHABLE;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return VIT_TRANSFER_BROKEN;
    default: return VIT_TRANSFER_FAILED;
  }
}

vit_transfer_result vit_transfer_perform(
  vit_transfer_session *session, const vit_transfer_request *request,
  vit_transfer_callbacks callbacks) {
  vit_transfer_result result = {VIT_TRANSFER_FAILED, 0, ""};
  CURL *handle = session->handle;
  char message[CURL_ERROR_SIZE] = "";
  library.easy_reset(handle);
  session->callbacks = callbacks;
  session->stopped = 0;

  struct curl_slist *headers = NULL;
  for (size_t i = 0; i < request->header_count; i++) {
    struct curl_slist *longer = library.list_append(headers, request->headers[i]);
    if (longer == NULL) {
      library.list_free(headers);
      snprintf(result.message, sizeof result.message, "out of memory");
      return result;
    }
    headers = longer;
  }
  library.setopt(handle, CURLOPT_ERRORBUFFER, message);
  library.setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A redirect is for the caller to judge, and nothing but HTTP is ever spoken.
  library.setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  library.setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  library.setopt(handle, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  library.setopt(handle, CURLOPT_NOBODY, request->head_only ? 1L : 0L);
  library.setopt(handle, CURLOPT_USERAGENT, request->user_agent);
  library.setopt(handle, CURLOPT_HTTPHEADER, headers);
  library.setopt(handle, CURLOPT_CONNECTTIMEOUT, request->connect_seconds);
  library.setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  library.setopt(handle, CURLOPT_LOW_SPEED_TIME, request->idle_seconds);
  library.setopt(handle, CURLOPT_HEADERFUNCTION, receive_header);
  library.setopt(handle, CURLOPT_HEADERDATA, session);
  library.setopt(handle, CURLOPT_WRITEFUNCTION, receive_body);
  library.setopt(handle, CURLOPT_WRITEDATA, session);
  library.setopt(handle, CURLOPT_NOPROGRESS, 0L);
  library.setopt(handle, CURLOPT_XFERINFOFUNCTION, report_progress);
  library.setopt(handle, CURLOPT_XFERINFODATA, session);
  CURLcode code = library.setopt(handle, CURLOPT_URL, request->url);
  if (code == CURLE_OK && request->certificate_file != NULL) {
    code = library.setopt(handle, CURLOPT_CAINFO, request->certificate_file);
  }
  if (code == CURLE_OK && request->certificate_folder != NULL) {
    code = library.setopt(handle, CURLOPT_CAPATH, request->certificate_folder);
  }
  if (code == CURLE_OK && request->proxy != NULL) {
    code = library.setopt(handle, CURLOPT_PROXY, request->proxy);
  }
  if (code == CURLE_OK) code = library.perform(handle);
  result.outcome = session->stopped ? VIT_TRANSFER_STOPPED : outcome(code);
  library.getinfo(handle, CURLINFO_RESPONSE_CODE, &result.status);
  if (code != CURLE_OK) {
    snprintf(
      result.message, sizeof result.message, "%s", *message ? message : library.describe(code));
  }
  // `message` and `headers` end here; the handle must not remember them.
  library.setopt(handle, CURLOPT_ERRORBUFFER, NULL);
  library.setopt(handle, CURLOPT_HTTPHEADER, NULL);
  library.list_free(headers);
  return result;
}

const char *vit_transfer_redirect(vit_transfer_session *session) {
  char *url = NULL;
  library.getinfo(session->handle, CURLINFO_REDIRECT_URL, &url);
  return url;
}
