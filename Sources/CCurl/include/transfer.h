// HTTP transfers through the system's libcurl.
//
// libcurl is looked up when the first session is opened (CRuntimeLibraries): it and the thirty libraries
// behind it cost every start of a program some 25 ms, and most starts download nothing.
#ifndef vit_transfer_h
#define vit_transfer_h

#include <stddef.h>
#include <stdint.h>

// How a transfer ended.
typedef enum {
  // The server answered; `status` tells what.
  VIT_TRANSFER_ANSWERED = 0,
  // No connection: no address for the name, refused, timed out, or TLS failed.
  VIT_TRANSFER_UNREACHABLE,
  // The connection broke, or nothing came for too long, before the answer was whole.
  VIT_TRANSFER_BROKEN,
  // A callback asked to stop.
  VIT_TRANSFER_STOPPED,
  // The request cannot be made at all, for example because the URL is malformed.
  VIT_TRANSFER_FAILED,
} vit_transfer_outcome;

// Each is called on the thread that performs the transfer. A result other than 0 stops it.
typedef struct {
  void *context;
  // One header line, the status line included, with its line end.
  int (*header)(void *context, const uint8_t *line, size_t count);
  // A piece of the body.
  int (*body)(void *context, const uint8_t *bytes, size_t count);
  // Asked about once a second, and after every piece.
  int (*poll)(void *context);
} vit_transfer_callbacks;

typedef struct {
  const char *url;
  // HEAD instead of GET.
  int head_only;
  const char *user_agent;
  // Whole lines without line end, `header_count` of them.
  const char *const *headers;
  size_t header_count;
  long connect_seconds;
  // A transfer of less than one byte a second for this long is broken.
  long idle_seconds;
  // Certificates to trust instead of the system's: a file, and a folder or several with colons between
  // them; NULL for the system's.
  const char *certificate_file;
  const char *certificate_folder;
  // NULL for what libcurl finds in the environment itself.
  const char *proxy;
} vit_transfer_request;

typedef struct {
  vit_transfer_outcome outcome;
  // The HTTP status, 0 without an answer.
  long status;
  // What went wrong, in libcurl's words; empty when `answered`.
  char message[256];
} vit_transfer_result;

// A session keeps its connections open from one request to the next. One thread at a time.
typedef struct vit_transfer_session vit_transfer_session;

// Opens a session.
//
// Returns NULL when libcurl is not there, with the reason in `message`.
vit_transfer_session *vit_transfer_open(char message[256]);
void vit_transfer_close(vit_transfer_session *session);

// Performs one request. Redirects are not followed: the caller decides who gets which header.
vit_transfer_result vit_transfer_perform(
  vit_transfer_session *session, const vit_transfer_request *request,
  vit_transfer_callbacks callbacks);

// The absolute URL that the last answer redirects to, or NULL; valid until the next request.
const char *vit_transfer_redirect(vit_transfer_session *session);

#endif
