// libcurl's easy interface: the functions, options and codes of `curl/curl.h` that are used
// (libcurl.so.4, 7.32 and later; numbers are never given a second meaning there).
#ifndef vit_curl_h
#define vit_curl_h

#include <stddef.h>
#include <stdint.h>

typedef void CURL;
typedef int CURLcode;
typedef int64_t curl_off_t;

struct curl_slist;

enum { CURL_ERROR_SIZE = 256 };
#define CURL_GLOBAL_DEFAULT 3L
#define CURL_NETRC_IGNORED 0L
#define CURLPROTO_HTTP 1L
#define CURLPROTO_HTTPS 2L

// CURLcode
enum {
  CURLE_OK = 0,
  CURLE_COULDNT_RESOLVE_PROXY = 5,
  CURLE_COULDNT_RESOLVE_HOST = 6,
  CURLE_COULDNT_CONNECT = 7,
  CURLE_WEIRD_SERVER_REPLY = 8,
  CURLE_HTTP2 = 16,
  CURLE_PARTIAL_FILE = 18,
  CURLE_OPERATION_TIMEDOUT = 28,
  CURLE_SSL_CONNECT_ERROR = 35,
  CURLE_GOT_NOTHING = 52,
  CURLE_SEND_ERROR = 55,
  CURLE_RECV_ERROR = 56,
  CURLE_PEER_FAILED_VERIFICATION = 60,
  CURLE_SSL_CACERT_BADFILE = 77,
  CURLE_HTTP2_STREAM = 92,
};

// CURLoption: from 0 those that take a long, from 10,000 a pointer, from 20,000 a function.
typedef enum {
  CURLOPT_LOW_SPEED_LIMIT = 19,
  CURLOPT_LOW_SPEED_TIME = 20,
  CURLOPT_NOPROGRESS = 43,
  CURLOPT_NOBODY = 44,
  CURLOPT_NETRC = 51,
  CURLOPT_FOLLOWLOCATION = 52,
  CURLOPT_CONNECTTIMEOUT = 78,
  CURLOPT_NOSIGNAL = 99,
  CURLOPT_PROTOCOLS = 181,
  CURLOPT_WRITEDATA = 10001,
  CURLOPT_URL = 10002,
  CURLOPT_PROXY = 10004,
  CURLOPT_ERRORBUFFER = 10010,
  CURLOPT_USERAGENT = 10018,
  CURLOPT_HTTPHEADER = 10023,
  CURLOPT_HEADERDATA = 10029,
  CURLOPT_XFERINFODATA = 10057,
  CURLOPT_CAINFO = 10065,
  CURLOPT_CAPATH = 10097,
  CURLOPT_WRITEFUNCTION = 20011,
  CURLOPT_HEADERFUNCTION = 20079,
  CURLOPT_XFERINFOFUNCTION = 20219,
} CURLoption;

// CURLINFO
typedef enum {
  CURLINFO_REDIRECT_URL = 0x10001F,
  CURLINFO_RESPONSE_CODE = 0x200002,
} CURLINFO;

typedef struct {
  CURLcode (*global_init)(long flags);
  CURL *(*easy_init)(void);
  void (*easy_reset)(CURL *handle);
  void (*easy_cleanup)(CURL *handle);
  CURLcode (*setopt)(CURL *handle, CURLoption option, ...);
  CURLcode (*getinfo)(CURL *handle, CURLINFO info, ...);
  CURLcode (*perform)(CURL *handle);
  const char *(*describe)(CURLcode code);
  struct curl_slist *(*list_append)(struct curl_slist *list, const char *text);
  void (*list_free)(struct curl_slist *list);
} vit_curl;

// NULL, with why, where libcurl is not there or does not start.
const vit_curl *vit_curl_library(const char **problem);

#endif
