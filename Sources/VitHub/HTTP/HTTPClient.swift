import CCurl

/// HTTP requests over connections that stay open from one to the next.
///
/// It belongs to the one thread that uses it; a download makes its own.
final class HTTPClient {
  struct Request {
    var url: String
    var isHead = false
    /// Whether a redirect to another server is followed, or is the answer.
    var followsToOtherServers = true
    /// Bytes that are there already: the rest is asked for.
    var resumesAt = 0
    /// Asks for one byte, whose answer's headers tell of the whole; its body is not waited for.
    var asksForHeadersAlone = false
  }

  /// A server that sends more than this without having announced a file is not listened to.
  static let headerLimit = 256 << 10
  static let errorBodyLimit = 1 << 20
  static let redirectLimit = 10

  private let session: OpaquePointer
  /// Of the header `Authorization`.
  private let authorization: String?
  /// The only server that sees it.
  private let trusted: Origin
  private let certificates: TrustedCertificates
  private let timeouts: HubTimeouts
  private let isCancelled: () -> Bool
  private let name: String

  /// - Parameters:
  ///   - authorization: the header's value for `endpoint`, or nil.
  ///   - name: of the model, for messages.
  ///   - isCancelled: asked at least once a second while a request runs.
  init(
    endpoint: String, authorization: String?, name: String, timeouts: HubTimeouts,
    isCancelled: @escaping () -> Bool
  ) throws(HubError) {
    guard let trusted = Origin(endpoint) else {
      throw .invalidAnswer(url: endpoint, reason: "not the address of a Hub")
    }
    certificates = try TrustedCertificates.fromEnvironment()
    var message = [CChar](repeating: 0, count: 256)
    guard let session = vit_transfer_open(&message) else {
      throw .unreachable(
        endpoint: endpoint,
        reason: text(message) + ", install libcurl (of Debian and Ubuntu the package libcurl4)")
    }
    (self.session, self.trusted, self.timeouts) = (session, trusted, timeouts)
    (self.authorization, self.name) = (authorization, name)
    self.isCancelled = isCancelled
  }

  deinit { vit_transfer_close(session) }

  /// Sends a request and follows redirects: always within one server, to others as the request
  /// says. The token goes to the endpoint's own server and to no other, not even when another
  /// redirects back.
  ///
  /// - Parameter receive: gets the pieces of a successful answer's body.
  /// - Returns: the last answer, and those that redirected to it.
  func send(
    _ request: Request,
    receive: (UnsafeRawBufferPointer, HTTPResponse) throws(HubError) -> Void = { _, _ in }
  ) throws(HubError) -> (response: HTTPResponse, redirects: [HTTPResponse]) {
    var url = request.url
    var sendsToken = true
    var redirects: [HTTPResponse] = []
    while true {
      guard let origin = Origin(url) else {
        throw .invalidAnswer(url: withoutQuery(url), reason: "not the address of a server")
      }
      if origin != trusted { sendsToken = false }
      let (response, next) = try perform(
        request, url: url, sendsToken: sendsToken, receive: receive)
      guard response.isRedirect, let next else { return (response, redirects) }
      guard let nextOrigin = Origin(next) else {
        throw .invalidAnswer(
          url: withoutQuery(url), reason: "redirects to what is no address: \(withoutQuery(next))")
      }
      guard origin.scheme == nextOrigin.scheme || nextOrigin.scheme == "https" else {
        throw .invalidAnswer(
          url: withoutQuery(url), reason: "redirects from https to \(withoutQuery(next))")
      }
      guard origin == nextOrigin || request.followsToOtherServers else {
        return (response, redirects)
      }
      redirects.append(response)
      guard redirects.count <= Self.redirectLimit else {
        throw .invalidAnswer(url: request.url, reason: "redirects without end")
      }
      url = next
    }
  }

  private func perform(
    _ request: Request, url: String, sendsToken: Bool,
    receive: (UnsafeRawBufferPointer, HTTPResponse) throws(HubError) -> Void
  ) throws(HubError) -> (HTTPResponse, redirect: String?) {
    // As it is: a size and a hash that the server tells are those of the bytes themselves.
    var headers = ["Accept-Encoding: identity"]
    if request.resumesAt > 0 { headers.append("Range: bytes=\(request.resumesAt)-") }
    if request.asksForHeadersAlone { headers.append("Range: bytes=0-0") }
    if sendsToken, let authorization { headers.append("Authorization: \(authorization)") }

    let proxy = Proxy.unknownToCurl(for: url)
    let result = withoutActuallyEscaping(receive) { receive in
      let transfer = Transfer(
        response: HTTPResponse(url: url), stopsAtBody: request.asksForHeadersAlone,
        receive: receive, isCancelled: isCancelled)
      let answer = withCStrings(headers) { lines in
        url.withCString { url in
          Self.userAgent.withCString { agent in
            withOptionalCStrings(certificates.file, certificates.folder, proxy) {
              file, folder, proxy in
              var request = vit_transfer_request(
                url: url, head_only: request.isHead ? 1 : 0, user_agent: agent,
                headers: lines.baseAddress, header_count: lines.count,
                connect_seconds: timeouts.connect, idle_seconds: timeouts.idle,
                certificate_file: file, certificate_folder: folder, proxy: proxy)
              return vit_transfer_perform(session, &request, transfer.callbacks)
            }
          }
        }
      }
      return (transfer: transfer.outcome, answer: answer)
    }
    if let error = result.transfer.error { throw error }
    if result.transfer.wasCancelled { throw .cancelled(name: name) }
    let response = result.transfer.response
    let message = withUnsafeBytes(of: result.answer.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    switch result.answer.outcome {
    case VIT_TRANSFER_ANSWERED, VIT_TRANSFER_STOPPED:
      return (response, vit_transfer_redirect(session).map { String(cString: $0) })
    case VIT_TRANSFER_BROKEN:
      throw .connectionBroke(url: withoutQuery(url), reason: message)
    case VIT_TRANSFER_UNREACHABLE:
      throw .unreachable(endpoint: withoutQuery(url), reason: message)
    default:
      throw .invalidAnswer(url: withoutQuery(url), reason: message)
    }
  }

  private static let userAgent = "vit; VitKit"
}

/// What the callbacks of one request share. They run on the thread that performs it.
private final class Transfer {
  private(set) var outcome: (response: HTTPResponse, error: HubError?, wasCancelled: Bool)
  private let stopsAtBody: Bool
  private let receive: (UnsafeRawBufferPointer, HTTPResponse) throws(HubError) -> Void
  private let isCancelled: () -> Bool
  private var headerBytes = 0
  private var otherBytes = 0

  init(
    response: HTTPResponse, stopsAtBody: Bool,
    receive: @escaping (UnsafeRawBufferPointer, HTTPResponse) throws(HubError) -> Void,
    isCancelled: @escaping () -> Bool
  ) {
    outcome = (response, nil, false)
    self.stopsAtBody = stopsAtBody
    self.receive = receive
    self.isCancelled = isCancelled
  }

  /// Unretained: the transfer outlives the request that calls them.
  var callbacks: vit_transfer_callbacks {
    vit_transfer_callbacks(
      context: Unmanaged.passUnretained(self).toOpaque(),
      header: { context, bytes, count in
        Transfer.of(context).header(UnsafeRawBufferPointer(start: bytes, count: count))
      },
      body: { context, bytes, count in
        Transfer.of(context).body(UnsafeRawBufferPointer(start: bytes, count: count))
      },
      poll: { context in Transfer.of(context).poll() })
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
  }

  private func header(_ line: UnsafeRawBufferPointer) -> CInt {
    headerBytes += line.count
    guard headerBytes <= HTTPClient.headerLimit else {
      outcome.error = .invalidAnswer(url: outcome.response.url, reason: "headers without end")
      return 1
    }
    outcome.response.receive(line: line)
    return 0
  }

  private func body(_ bytes: UnsafeRawBufferPointer) -> CInt {
    if stopsAtBody { return 1 }
    guard outcome.response.isSuccess else {
      // An error's page is not read, but its end is waited for so that the connection can stay.
      otherBytes += bytes.count
      return otherBytes <= HTTPClient.errorBodyLimit ? 0 : 1
    }
    do throws(HubError) {
      try receive(bytes, outcome.response)
      return 0
    } catch {
      outcome.error = error
      return 1
    }
  }

  private func poll() -> CInt {
    outcome.wasCancelled = outcome.wasCancelled || isCancelled()
    return outcome.wasCancelled ? 1 : 0
  }
}

private func withOptionalCStrings<Result>(
  _ first: String?, _ second: String?, _ third: String?,
  _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
) -> Result {
  func with(_ string: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let string else { return body(nil) }
    return string.withCString(body)
  }
  return with(first) { first in
    with(second) { second in with(third) { third in body(first, second, third) } }
  }
}

private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  let arrays = strings.map { Array($0.utf8CString) }
  func collect(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Result {
    guard index < arrays.count else { return pointers.withUnsafeBufferPointer(body) }
    return arrays[index].withUnsafeBufferPointer {
      collect(index + 1, pointers + [$0.baseAddress])
    }
  }
  return collect(0, [])
}

/// A signed address lets whoever reads it fetch the file: its signature is in no message.
private func withoutQuery(_ url: String) -> String { String(url.prefix { $0 != "?" }) }

private func text(_ bytes: [CChar]) -> String {
  String(decoding: bytes.lazy.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
}
