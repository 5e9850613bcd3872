import Foundation
import Synchronization

/// Answers HTTP/1.1 requests on a port of the loopback address, one thread a connection.
final class Listener: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    /// By lower-case name.
    let headers: [String: String]
  }

  struct Answer: Sendable {
    var status: Int
    var headers: [String] = []
    var body: [UInt8] = []
    var breaksAfter: Int?
    static let none = Answer(status: 500)
  }

  let port: Int
  private let descriptor: Int32
  private let isStopped = Mutex(false)

  init() throws {
    // SOCK_STREAM, which the C libraries give different types.
    descriptor = socket(AF_INET, 1, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard descriptor >= 0, isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  func start(_ answer: @escaping @Sendable (Request) -> Answer) {
    let (descriptor, port) = (descriptor, port)
    _ = port
    Thread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, self?.isStopped.withLock({ $0 }) == false else {
          close(connection)
          return
        }
        Thread { Self.serve(connection, answer) }.start()
      }
    }.start()
  }

  func stop() {
    isStopped.withLock { $0 = true }
    // Wakes `accept`.
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func serve(_ connection: Int32, _ answer: (Request) -> Answer) {
    defer { close(connection) }
    var pending: [UInt8] = []
    while let request = read(connection, &pending) {
      let answer = answer(request)
      var head = "HTTP/1.1 \(answer.status) Answer\r\nContent-Length: \(answer.body.count)\r\n"
      for header in answer.headers { head += header + "\r\n" }
      var bytes = Array((head + "\r\n").utf8)
      let headLength = bytes.count
      if request.method != "HEAD" { bytes += answer.body }
      var end = bytes.count
      if let breaksAfter = answer.breaksAfter, request.method != "HEAD" {
        end = min(end, headLength + breaksAfter)
      }
      var start = 0
      while start < end {
        let sent = bytes.withUnsafeBytes {
          send(connection, $0.baseAddress! + start, min(end - start, 1 << 16), noSignal)
        }
        guard sent > 0 else { return }
        start += sent
      }
      if end < bytes.count { return }
    }
  }

  private static func read(_ connection: Int32, _ pending: inout [UInt8]) -> Request? {
    while true {
      let text = String(decoding: pending, as: UTF8.self)
      if text.contains("\r\n\r\n") {
        pending = []
        let lines = text.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          headers[line[..<colon].lowercased()] =
            line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return Request(method: words[0], path: words[1], headers: headers)
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0, pending.count < 1 << 16 else { return nil }
      pending += buffer[..<count]
    }
  }

  #if canImport(Darwin)
    private static let noSignal: Int32 = 0
  #else
    private static let noSignal = Int32(MSG_NOSIGNAL)
  #endif
}
