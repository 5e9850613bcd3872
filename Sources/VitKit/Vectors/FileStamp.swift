import VitSystem

/// How the file of an input was when its vector was made, so that a file which changed since is
/// noticed: its size and the time of its last change, as `make` and `rsync` tell. Reading its content
/// again would cost what resuming is to save; who puts other bytes of the same size under the old time
/// is not noticed.
package struct FileStamp: Sendable, Equatable {
  /// Of the file, or of the archive that holds it.
  package let byteCount: Int
  /// Microseconds since 1970: what a number in JSON keeps to the last digit.
  package let modified: Int

  package init(byteCount: Int, modified: Int) {
    self.byteCount = byteCount
    self.modified = modified
  }

  /// Nil where no file is there.
  package init?(ofFile path: String) {
    guard let status = try? FileStatus(path) else { return nil }
    self.init(byteCount: status.size, modified: status.modified)
  }
}

/// One of the inputs that a folder of vectors is of.
package struct VectorInput: Sendable, Equatable {
  package let name: String
  /// Nil where it has no file.
  package let stamp: FileStamp?

  package init(name: String, stamp: FileStamp? = nil) {
    self.name = name
    self.stamp = stamp
  }

  /// Names are compared by their bytes.
  package static func == (a: VectorInput, b: VectorInput) -> Bool {
    a.stamp == b.stamp && a.name.utf8.elementsEqual(b.name.utf8)
  }
}
