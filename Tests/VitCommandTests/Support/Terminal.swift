import Foundation

/// A pseudo-terminal, for what the command shows to people only.
final class Terminal {
  /// What the command takes for a terminal; closed here once it runs.
  let device: FileHandle
  private let controller: FileHandle

  struct TerminalError: Error {}

  init() throws {
    let (controller, name) = try Self.openController()
    _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
    let device = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard device >= 0 else { throw TerminalError() }
    self.controller = FileHandle(fileDescriptor: controller, closeOnDealloc: true)
    self.device = FileHandle(fileDescriptor: device, closeOnDealloc: true)
  }

  /// The end that shows, and the name of the device.
  private static func openController() throws -> (descriptor: Int32, name: String) {
    #if canImport(Darwin)
      let descriptor = posix_openpt(O_RDWR | O_NOCTTY)
      guard descriptor >= 0, grantpt(descriptor) == 0, unlockpt(descriptor) == 0,
        let name = ptsname(descriptor)
      else { throw TerminalError() }
      return (descriptor, String(cString: name))
    #else
      // Glibc hides those functions behind a macro that its module does not set: pts(4) and
      // ioctl_tty(2) say what they do.
      let (unlock, getNumber) = (0x4004_5431 as UInt, 0x8004_5430 as UInt)
      let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var (isLocked, number) = (0 as Int32, 0 as UInt32)
      guard descriptor >= 0, ioctl(descriptor, unlock, &isLocked) == 0,
        ioctl(descriptor, getNumber, &number) == 0
      else { throw TerminalError() }
      return (descriptor, "/dev/pts/\(number)")
    #endif
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
