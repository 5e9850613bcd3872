import Foundation
import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct FileDescriptorTests {
  @Test func writesAtItsOwnPlaceAndAtOffsets() throws {
    let folder = try ScratchFolder()
    let file = try FileDescriptor(folder["file"], for: .creating)
    try file.write(Array("abcdef".utf8))
    try file.write(Array("XY".utf8), at: 1)
    try file.write(Array("gh".utf8))
    #expect(try folder.text("file") == "aXYdefgh")
    #expect(try file.status().size == 8)
    try file.removeAll()
    #expect(try folder.text("file") == "")
    try file.checkWritten()
    try file.synchronize()
  }

  @Test func aNewFileMustBeNew() throws {
    let folder = try ScratchFolder()
    try folder.write("file", "kept")
    #expect(throws: SystemError(folder["file"], .opened, code: .fileExists)) {
      try FileDescriptor(folder["file"], for: .creating)
    }
    #expect(try folder.text("file") == "kept")
  }

  @Test func anUpdateKeepsWhatIsThereAndRefusesLinks() throws {
    let folder = try ScratchFolder()
    try folder.write("file", "kept")
    _ = try FileDescriptor(folder["file"], for: .updating)
    #expect(try folder.text("file") == "kept")
    _ = try FileDescriptor(folder["new"], for: .updating, permissions: 0o600)
    #expect(try FileStatus(folder["new"]).permissions == 0o600)
    try FileSystem.replaceBySymbolicLink(folder["link"], to: "file")
    #expect(throws: SystemError(folder["link"], .opened, code: .tooManySymbolicLinkLevels)) {
      try FileDescriptor(folder["link"], for: .updating)
    }
  }

  @Test func readsWhatAPipeHasUntilItsEnd() throws {
    let folder = try ScratchFolder()
    #expect(mkfifo(folder["fifo"], 0o600) == 0)
    // Both ends in one process: opened so, neither waits for the other.
    let reader = try FileDescriptor(folder["fifo"], for: .reading)
    let writer = try FileDescriptor(folder["fifo"], for: .writing)
    #expect(!reader.isReadable)
    try writer.write(Array("abc".utf8))
    #expect(reader.isReadable)
    #expect(try reader.read(upTo: 2) == Array("ab".utf8))
    #expect(try reader.read(upTo: 2) == Array("c".utf8))
    #expect(!reader.isTerminal)
  }

  @Test func aFullDeviceIsToldWithItsCode() throws {
    #if os(Linux)
      let full = try FileDescriptor("/dev/full", for: .writing)
      #expect(throws: SystemError("/dev/full", .written, code: .noSpace)) {
        try full.write(Array("a".utf8))
      }
    #endif
  }
}
