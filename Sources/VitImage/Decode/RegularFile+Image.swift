import VitSystem

extension RegularFile {
  /// Opens a file of an image, or an archive of images.
  ///
  /// - Throws: `ImageError.unreadable`.
  package convenience init(ofImages path: String) throws(ImageError) {
    do throws(SystemError) { try self.init(path) } catch { throw ImageError(error) }
  }

  /// Up to `count` bytes from `offset` on; fewer only at the file's end.
  ///
  /// - Throws: `ImageError.unreadable`.
  func imageBytes(at offset: Int, count: Int) throws(ImageError) -> [UInt8] {
    do throws(SystemError) {
      return try read(at: offset, count: count)
    } catch {
      throw ImageError(error)
    }
  }
}

extension ImageError {
  /// What the system refused, with what to do about it.
  init(_ error: SystemError) {
    self = .unreadable(name: error.path, reason: Self.reason(error))
  }

  private static func reason(_ error: SystemError) -> String {
    switch error.cause {
    case .refused(let code) where error.attempt == .opened: openFailure(code)
    case .notRegular(.folder): "a folder, not a file; name the images in it"
    case .notRegular(.fifo): "a FIFO, not a regular file; copy its content to a file first"
    case .notRegular(.socket): "a socket, not a regular file"
    case .notRegular: "a device, not a regular file"
    case .refused, .tooLarge, .cut: "cannot be \(error.attempt.rawValue) (\(error.reason))"
    }
  }

  private static func openFailure(_ code: SystemErrorCode) -> String {
    switch code {
    case .noSuchFileOrDirectory: noSuchFile
    case .permissionDenied, .notPermitted: "permission denied; make the file readable"
    case .tooManySymbolicLinkLevels: "a loop of symbolic links; point the link to a file"
    case .notDirectory: "a part of the path is not a folder; check the path"
    case .fileNameTooLong: "the path is too long"
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
      "too many open files; close some or raise `ulimit -n`"
    case .noSuchAddressOrDevice: "a socket or device, not a regular file"
    default: "cannot be opened (\(code.text))"
    }
  }
}
