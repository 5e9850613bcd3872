import CLostPages

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file mapped for reading.
///
/// The size is the one at opening. Where another program makes the file shorter while it is mapped, or
/// its disk fails, the lost pages are read as zeros: who used the bytes calls `checkIntact` before
/// something is made of them.
///
/// `@unchecked Sendable`: the mapping is never written but by that, and lives as long as the object.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let bytes: UnsafeRawBufferPointer
  private let watched: OpaquePointer?

  /// What is not a regular file is refused without waiting for it.
  package init(_ path: String) throws(SystemError) {
    let file = try RegularFile(path)
    self.path = path
    guard file.size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      watched = nil
      return
    }
    guard
      let start = mmap(nil, file.size, PROT_READ, MAP_PRIVATE, file.descriptor.number, 0),
      start != MAP_FAILED
    else { throw SystemError(path, .mapped) }
    bytes = UnsafeRawBufferPointer(start: start, count: file.size)
    watched = vit_watch_memory(start, file.size)
  }

  /// - Throws: `SystemError` where bytes that were read were no longer there.
  package func checkIntact() throws(SystemError) {
    if let watched, vit_lost_pages(watched) { throw SystemError(path, .read, .cut) }
  }

  deinit {
    if let watched { vit_unwatch_memory(watched) }
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Hands out the bytes in chunks, and gives the pages of each back before the next, so that a pass
  /// over a file of any size takes no memory to speak of.
  package func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) {
    // A multiple of every page size.
    let chunkSize = 8 << 20
    for start in stride(from: 0, to: bytes.count, by: chunkSize) {
      let chunk = UnsafeRawBufferPointer(
        rebasing: bytes[start..<min(start + chunkSize, bytes.count)])
      body(chunk)
      madvise(UnsafeMutableRawPointer(mutating: chunk.baseAddress!), chunk.count, MADV_DONTNEED)
    }
  }

  /// Gives the pages back; reading them again reads the file again.
  package func releasePages() {
    if let start = bytes.baseAddress {
      madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_DONTNEED)
    }
  }
}
