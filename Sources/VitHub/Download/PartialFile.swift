import VitSystem

/// A file that is not whole yet, and the hash of what is there.
final class PartialFile {
  let path: String
  let size: Int
  private let expected: ContentHash
  private let file: FileDescriptor
  private var hasher: ContentHasher
  /// How many bytes are there.
  private(set) var count = 0

  /// Opens what an earlier download left, or begins anew.
  ///
  /// - Parameter size: of the whole file.
  init(_ path: String, size: Int, expected: ContentHash) throws(HubError) {
    (self.path, self.size, self.expected) = (path, size, expected)
    hasher = ContentHasher(expected.kind, size: size)
    let isBeginning: Bool
    do throws(SystemError) {
      file = try FileDescriptor(path, for: .updating)
      isBeginning = try hashExisting()
    } catch {
      throw HubError(error)
    }
    if !isBeginning { try restart() }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    do throws(SystemError) { try file.write(bytes, at: count) } catch { throw HubError(error) }
    hasher.update(bytes)
    count += bytes.count
  }

  func restart() throws(HubError) {
    do throws(SystemError) { try file.removeAll() } catch { throw HubError(error) }
    hasher = ContentHasher(expected.kind, size: size)
    count = 0
  }

  /// What the hash of the whole may be called, when all is there; nothing where it is not checked.
  func hashes() -> [String] { hasher.finalized() }

  /// Gives the file its final name, on the disk and whole.
  func move(to destination: String) throws(HubError) {
    do throws(SystemError) {
      try file.synchronize()
      try FileSystem.rename(path, to: destination)
    } catch {
      throw .cannotWrite(path: destination, reason: error.reason)
    }
  }

  func remove() { FileSystem.remove(path) }

  /// Hashes what is there.
  ///
  /// - Returns: false where that is no beginning of the whole: it is longer, or cannot be read.
  private func hashExisting() throws(SystemError) -> Bool {
    let existing = try file.status().size
    guard existing <= size else { return false }
    while count < existing {
      let bytes = try? file.read(at: count, count: min(1 << 20, existing - count))
      guard let bytes, !bytes.isEmpty else { return false }
      bytes.withUnsafeBytes { hasher.update($0) }
      count += bytes.count
    }
    return true
  }
}
