import VitSystem

/// Which certificates sign the Hub's and the proxy's: the system's unless the environment names
/// others, as it does behind a gateway that opens TLS.
struct TrustedCertificates: Equatable {
  var file: String?
  /// A folder of hashed certificates, or several with colons between them.
  var folder: String?

  /// `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` as requests takes them, then `SSL_CERT_FILE` and
  /// `SSL_CERT_DIR` as OpenSSL does.
  ///
  /// - Throws: `HubError.invalidSetting` where one that counts names nothing that is there.
  static func fromEnvironment() throws(HubError) -> TrustedCertificates {
    var found = TrustedCertificates()
    for variable in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
      guard let path = Environment.path(variable) else { continue }
      if try kind(of: path, variable: variable) == .folder {
        found.folder = path
      } else {
        found.file = path
      }
      return found
    }
    if let path = Environment.path("SSL_CERT_FILE") {
      guard try kind(of: path, variable: "SSL_CERT_FILE") != .folder else {
        throw .invalidSetting(
          name: "SSL_CERT_FILE", reason: "\(path) is a folder, which SSL_CERT_DIR would name")
      }
      found.file = path
    }
    if let paths = Environment.path("SSL_CERT_DIR") {
      for path in paths.split(separator: ":").map(String.init) {
        guard try kind(of: path, variable: "SSL_CERT_DIR") == .folder else {
          throw .invalidSetting(name: "SSL_CERT_DIR", reason: "\(path) is no folder")
        }
      }
      found.folder = paths
    }
    return found
  }

  private static func kind(
    of path: String, variable: String
  ) throws(HubError) -> FileStatus.Kind {
    do throws(SystemError) {
      return try FileStatus(path).kind
    } catch {
      throw .invalidSetting(name: variable, reason: "\(path): \(error.reason)")
    }
  }
}
