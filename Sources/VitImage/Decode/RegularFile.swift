#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading a whole file that may turn out to be anything.
enum RegularFile {
  /// All bytes of a regular file.
  ///
  /// A FIFO or device is refused without waiting for it, and the bytes are copied, not mapped: a
  /// file that shrinks meanwhile must not end the process.
  ///
  /// - Throws: `ImageError.unreadable`, `.empty` or `.exceedsLimit`.
  static func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw .unreadable(name: path, reason: openFailure(ENOENT))
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(name: path, reason: openFailure(errno))
    }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(name: path, reason: "cannot be examined (\(message(errno)))")
    }
    if let kind = irregularKind(status.st_mode) {
      throw .unreadable(name: path, reason: kind)
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw .exceedsLimit(name: path, what: "\(size) bytes", limit: "\(limit) bytes")
    }

    var failure: Int32 = 0
    // One byte more than expected, so that the end is seen without a second buffer.
    let bytes = [UInt8](unsafeUninitializedCapacity: max(size, 0) + 1) { buffer, count in
      count = 0
      while count < buffer.count {
        let got = Self.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
        if got > 0 {
          count += got
        } else if got == 0 {
          break
        } else if errno != EINTR {
          failure = errno
          break
        }
      }
    }
    guard failure == 0 else {
      throw .unreadable(name: path, reason: "cannot be read (\(message(failure)))")
    }
    guard bytes.count <= size else {
      throw .unreadable(name: path, reason: "grew while it was read; wait until it is written")
    }
    guard !bytes.isEmpty else {
      throw .empty(name: path)
    }
    return bytes
  }

  private static func read(
    _ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int
  ) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer, count)
    #else
      Darwin.read(descriptor, buffer, count)
    #endif
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
