import VitSystem

/// The proxy of an address. libcurl reads `https_proxy`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` by
/// itself; of `http_proxy` only the small letters, because a server's program gets a header of a
/// request as `HTTP_PROXY`. requests takes the capitals too, where no such program runs.
enum Proxy {
  /// What libcurl would not find; nil leaves it to libcurl.
  static func unknownToCurl(for url: String) -> String? {
    guard Origin(url)?.scheme == "http", Environment["http_proxy"] == nil,
      Environment["REQUEST_METHOD"] == nil
    else { return nil }
    return Environment["HTTP_PROXY"]
  }
}
