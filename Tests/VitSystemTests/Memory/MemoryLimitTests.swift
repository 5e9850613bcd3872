import Foundation
import Testing
import VitTestSupport

@testable import VitSystem

/// Control groups as a kernel shows them, in folders of the test's own.
@Suite struct MemoryLimitTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func limit(_ membership: String, _ files: [String: String]) throws -> Int? {
    let root = folder["groups"]
    try? FileManager.default.removeItem(atPath: root)
    for (file, text) in files {
      let path = "\(root)/\(file)"
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: path))
    }
    return ControlGroup.memoryLimit(
      membership: try folder.write("membership", membership), root: root)
  }

  @Test func theFirstVersionHasAFileOfItsOwn() throws {
    let membership = "4:memory:/jobs/one\n3:cpu,cpuacct:/jobs\n0::/\n"
    #expect(
      try limit(
        membership,
        [
          "memory/jobs/one/memory.limit_in_bytes": "314572800\n",
          "memory/jobs/memory.limit_in_bytes": "9223372036854771712\n",
        ]) == 314_572_800)
    // A group above with less.
    #expect(
      try limit(
        membership,
        [
          "memory/jobs/one/memory.limit_in_bytes": "9223372036854771712\n",
          "memory/jobs/memory.limit_in_bytes": "1000\n",
        ]) == 1000)
    #expect(
      try limit("4:memory:/\n", ["memory/memory.limit_in_bytes": "9223372036854771712\n"]) == nil)
  }

  @Test func theSecondVersionSaysMax() throws {
    let files = [
      "a/b/memory.max": "max\n", "a/memory.max": "268435456\n", "a/b/memory.high": "max\n",
    ]
    #expect(try limit("0::/a/b\n", files) == 268_435_456)
    #expect(try limit("0::/a/b\n", ["a/b/memory.max": "max\n"]) == nil)
    // What is slowed down is as good as the end.
    #expect(
      try limit("0::/a\n", ["a/memory.max": "max\n", "a/memory.high": "4096\n"]) == 4096)
    // Beside the first version.
    #expect(
      try limit("4:cpu:/\n0::/a\n", ["unified/a/memory.max": "5000\n"]) == 5000)
  }

  /// Inside a container the path names folders of the host, and the mount is the group.
  @Test func aContainersMountIsItsGroup() throws {
    #expect(
      try limit(
        "4:memory:/docker/0123/x\n", ["memory/memory.limit_in_bytes": "7000\n"]) == 7000)
    #expect(try limit("0::/docker/0123/x\n", ["memory.max": "8000\n"]) == 8000)
  }

  @Test func nonsenseIsNoLimit() throws {
    for text in ["", "x", "\n", "4:memory\n", "::\n", "4:memory:jobs\n"] {
      #expect(try limit(text, ["memory/memory.limit_in_bytes": "1\n"]) == nil, "\(text)")
    }
    #expect(try limit("4:memory:/\n", ["memory/memory.limit_in_bytes": "much\n"]) == nil)
    #expect(ControlGroup.memoryLimit(membership: folder["none"], root: folder.path) == nil)
  }

  @Test func theProcessHasALimit() {
    #expect(MemoryLimit.bytes > 1 << 24)
    #expect(MemoryLimit.bytes <= Machine.memoryBytes)
  }
}
