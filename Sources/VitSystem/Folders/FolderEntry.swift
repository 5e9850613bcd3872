#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A name in a folder.
package struct FolderEntry: Sendable, Equatable {
  /// Bytes that are not UTF-8 as U+FFFD: then no file is found under it.
  package let name: String
  package let isUnicode: Bool

  /// What a folder holds but `.` and `..`, in the order of the names' bytes, so that what is done
  /// with them does not depend on the file system.
  ///
  /// - Complexity: O(*n* log *n*) and the memory of the names.
  package static func all(in folder: String) throws(SystemError) -> [FolderEntry] {
    guard let stream = opendir(folder) else { throw SystemError(folder, .opened) }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while true {
      // The end and an error look the same but for the code.
      errno = 0
      guard let entry = readdir(stream) else { break }
      let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { name in
          if let valid = String(validatingCString: name) {
            return FolderEntry(name: valid, isUnicode: true)
          }
          return FolderEntry(name: String(cString: name), isUnicode: false)
        }
      }
      if found.name != "." && found.name != ".." { entries.append(found) }
    }
    guard errno == 0 else { throw SystemError(folder, .read) }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The names in a folder; none where it cannot be read.
  package static func names(in folder: String) -> [String] {
    ((try? all(in: folder)) ?? []).map(\.name)
  }
}
