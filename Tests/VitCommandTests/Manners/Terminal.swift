import Foundation

/// A pseudo-terminal, for what the command shows to people only.
final class Terminal {
  /// What the command takes for a terminal; closed here once it runs.
  let device: FileHandle
  private let controller: FileHandle

  struct TerminalError: Error {}

  init() throws {
    let controller = posix_openpt(O_RDWR | O_NOCTTY)
    guard controller >= 0, grantpt(controller) == 0, unlockpt(controller) == 0,
      let name = ptsname(controller)
    else { throw TerminalError() }
    _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
    let device = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard device >= 0 else { throw TerminalError() }
    self.controller = FileHandle(fileDescriptor: controller, closeOnDealloc: true)
    self.device = FileHandle(fileDescriptor: device, closeOnDealloc: true)
  }

  /// What was shown until nobody had the terminal open any more.
  func readToEnd() throws -> String {
    try device.close()
    var shown: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      // The system answers EIO, or nothing on macOS, once the last user has closed it.
      let count = read(controller.fileDescriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      shown += chunk[..<count]
    }
    return String(decoding: shown, as: UTF8.self)
  }
}
