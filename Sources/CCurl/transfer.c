// Transfers through libcurl's easy interface.
#include "transfer.h"

#include <CRuntimeLibraries.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vit_transfer_session {
  const vit_curl *library;
  CURL *handle;
  vit_transfer_callbacks callbacks;
  int stopped;
};

vit_transfer_session *vit_transfer_open(char message[256]) {
  const char *problem = NULL;
  const vit_curl *library = vit_curl_library(&problem);
  if (library == NULL) {
    snprintf(message, 256, "libcurl, which downloads, is not there (%s)", problem);
    return NULL;
  }
  vit_transfer_session *session = calloc(1, sizeof *session);
  if (session != NULL) {
    session->library = library;
    session->handle = library->easy_init();
  }
  if (session == NULL || session->handle == NULL) {
    free(session);
    snprintf(message, 256, "out of memory");
    return NULL;
  }
  return session;
}

void vit_transfer_close(vit_transfer_session *session) {
  session->library->easy_cleanup(session->handle);
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
  const vit_curl *library = session->library;
  CURL *handle = session->handle;
  char message[CURL_ERROR_SIZE] = "";
  library->easy_reset(handle);
  session->callbacks = callbacks;
  session->stopped = 0;

  struct curl_slist *headers = NULL;
  for (size_t i = 0; i < request->header_count; i++) {
    struct curl_slist *longer = library->list_append(headers, request->headers[i]);
    if (longer == NULL) {
      library->list_free(headers);
      snprintf(result.message, sizeof result.message, "out of memory");
      return result;
    }
    headers = longer;
  }
  library->setopt(handle, CURLOPT_ERRORBUFFER, message);
  library->setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A redirect is for the caller to judge, and nothing but HTTP is ever spoken.
  library->setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  library->setopt(handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  library->setopt(handle, CURLOPT_NETRC, CURL_NETRC_IGNORED);
  library->setopt(handle, CURLOPT_NOBODY, request->head_only ? 1L : 0L);
  library->setopt(handle, CURLOPT_USERAGENT, request->user_agent);
  library->setopt(handle, CURLOPT_HTTPHEADER, headers);
  library->setopt(handle, CURLOPT_CONNECTTIMEOUT, request->connect_seconds);
  library->setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  library->setopt(handle, CURLOPT_LOW_SPEED_TIME, request->idle_seconds);
  library->setopt(handle, CURLOPT_HEADERFUNCTION, receive_header);
  library->setopt(handle, CURLOPT_HEADERDATA, session);
  library->setopt(handle, CURLOPT_WRITEFUNCTION, receive_body);
  library->setopt(handle, CURLOPT_WRITEDATA, session);
  library->setopt(handle, CURLOPT_NOPROGRESS, 0L);
  library->setopt(handle, CURLOPT_XFERINFOFUNCTION, report_progress);
  library->setopt(handle, CURLOPT_XFERINFODATA, session);
  CURLcode code = library->setopt(handle, CURLOPT_URL, request->url);
  if (code == CURLE_OK && request->certificate_file != NULL) {
    code = library->setopt(handle, CURLOPT_CAINFO, request->certificate_file);
  }
  if (code == CURLE_OK && request->certificate_folder != NULL) {
    code = library->setopt(handle, CURLOPT_CAPATH, request->certificate_folder);
  }
  if (code == CURLE_OK && request->proxy != NULL) {
    code = library->setopt(handle, CURLOPT_PROXY, request->proxy);
  }
  if (code == CURLE_OK) code = library->perform(handle);
  result.outcome = session->stopped ? VIT_TRANSFER_STOPPED : outcome(code);
  library->getinfo(handle, CURLINFO_RESPONSE_CODE, &result.status);
  if (code != CURLE_OK) {
    snprintf(
      result.message, sizeof result.message, "%s", *message ? message : library->describe(code));
  }
  // `message` and `headers` end here; the handle must not remember them.
  library->setopt(handle, CURLOPT_ERRORBUFFER, NULL);
  library->setopt(handle, CURLOPT_HTTPHEADER, NULL);
  library->list_free(headers);
  return result;
}

const char *vit_transfer_redirect(vit_transfer_session *session) {
  char *url = NULL;
  session->library->getinfo(session->handle, CURLINFO_REDIRECT_URL, &url);
  return url;
}
