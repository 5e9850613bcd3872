import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct TemporaryFolderTests {
  private func add(_ name: String, _ text: String, to folder: TemporaryFolder) throws {
    try folder.write(name) { write in try Array(text.utf8).withUnsafeBytes { try write($0) } }
  }

  @Test func theNameIsThereWhenAllFilesAre() throws {
    let scratch = try ScratchFolder()
    try FileSystem.makeFolder(scratch["model"])
    let folder = try TemporaryFolder(for: scratch["model"])
    try add("a", "first", to: folder)
    try add("b", "second", to: folder)
    #expect(FolderEntry.names(in: scratch["model"]) == [])
    try folder.finish()
    #expect(try scratch.names == ["model"])
    #expect(try scratch.text("model/a") == "first")
    #expect(try scratch.text("model/b") == "second")
  }

  @Test func unfinishedNothingIsLeft() throws {
    let scratch = try ScratchFolder()
    struct Failure: Error {}
    do {
      let folder = try TemporaryFolder(for: scratch["model"])
      try add("a", "first", to: folder)
      #expect(throws: Failure.self) { try folder.write("b") { _ in throw Failure() } }
      #expect(throws: SystemError.self) { try add("a", "twice", to: folder) }
    }
    #expect(try scratch.names == [])
  }

  @Test func whatIsThereIsNotReplaced() throws {
    let scratch = try ScratchFolder()
    try FileSystem.makeFolder(scratch["model"])
    try scratch.write("model/kept", "kept")
    do {
      let folder = try TemporaryFolder(for: scratch["model"])
      #expect(throws: SystemError.self) { try folder.finish() }
    }
    #expect(try scratch.names == ["model"])
    #expect(try scratch.text("model/kept") == "kept")
  }
}
