#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open regular file whose bytes are copied out, not mapped: a file that shrinks meanwhile must
/// not end the process.
///
/// `Sendable`, because nothing but the file's own content ever changes and every read says where
/// it begins.
package final class RegularFile: Sendable {
  package let path: String
  /// Bytes at opening.
  package let size: Int
  private let descriptor: Int32

  /// Opens what turns out to be a regular file; a FIFO or device is refused without waiting for it.
  ///
  /// - Throws: `ImageError.unreadable`.
  package init(_ path: String) throws(ImageError) {
    guard !path.utf8.contains(0) else {
      throw .unreadable(name: path, reason: Self.openFailure(ENOENT))
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(name: path, reason: Self.openFailure(errno))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .unreadable(name: path, reason: "cannot be examined (\(Self.message(code)))")
    }
    if let kind = Self.irregularKind(status.st_mode) {
      close(descriptor)
      throw .unreadable(name: path, reason: kind)
    }
    (self.path, self.descriptor, size) = (path, descriptor, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from `offset` on; fewer only at the file's end.
  ///
  /// - Throws: `ImageError.unreadable`.
  package func read(at offset: Int, count: Int) throws(ImageError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          break
        } else if errno != EINTR {
          failure = errno
          break
        }
      }
    }
    guard failure == 0 else {
      throw .unreadable(name: path, reason: "cannot be read (\(Self.message(failure)))")
    }
    return bytes
  }

  private static func openFailure(_ code: Int32) -> String {
    switch code {
    case ENOENT: "no such file; check the path"
    case EACCES, EPERM: "permission denied; make the file readable"
    case ELOOP: "a loop of symbolic links; point the link to a file"
    case ENOTDIR: "a part of the path is not a folder; check the path"
    case ENAMETOOLONG: "the path is too long"
    case EMFILE, ENFILE: "too many open files; close some or raise `ulimit -n`"
    case ENXIO: "a socket or device, not a regular file"
    default: "cannot be opened (\(message(code)))"
    }
  }

  /// What a file is that is not a regular one, or nil.
  private static func irregularKind(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder, not a file; name the images in it"
    case S_IFIFO: "a FIFO, not a regular file; copy its content to a file first"
    case S_IFSOCK: "a socket, not a regular file"
    default: "a device, not a regular file"
    }
  }

  private static func message(_ code: Int32) -> String {
    String(cString: strerror(code))
  }
}
