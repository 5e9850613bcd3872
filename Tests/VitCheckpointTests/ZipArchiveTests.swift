import Testing

@testable import VitCheckpoint

struct ZipArchiveTests {
  private static let pickle = PickleWriter.stateDict(shape: [2, 2], strides: [2, 1])
  private static let numbers = raw([1, 2, 3, 4] as [Float])

  private static var writer: ZipWriter {
    ZipWriter(pickle: pickle, storages: [("0", numbers)])
  }

  private func values(_ writer: ZipWriter) throws -> [Float] {
    let tensors = try writer.read()
    let tensor = try #require(tensors["x"])
    var values = [Float](repeating: 0, count: tensor.info.elementCount)
    tensor.float32(into: &values)
    return values
  }

  @Test func readsAStoredArchive() throws {
    #expect(try values(Self.writer) == [1, 2, 3, 4])
  }

  /// The data begins where the local header says, whose extra field the directory does not repeat.
  @Test func readsLocalExtraFields() throws {
    var writer = Self.writer
    writer.entries[1].localExtra = [UInt8](repeating: 0x5A, count: 37)
    #expect(try values(writer) == [1, 2, 3, 4])
  }

  @Test func readsZIP64() throws {
    var writer = Self.writer
    writer.isWide = true
    writer.entries[0].isWide = true
    writer.entries[1].isWide = true
    #expect(try values(writer) == [1, 2, 3, 4])
  }

  @Test func readsPastAComment() throws {
    var writer = Self.writer
    writer.comment = [UInt8](repeating: 0x50, count: 65_535)
    #expect(try values(writer) == [1, 2, 3, 4])
  }

  @Test func acceptsLittleEndianAlone() throws {
    var writer = Self.writer
    writer.entries.append(.init(name: "archive/byteorder", content: Array("little".utf8)))
    #expect(try values(writer) == [1, 2, 3, 4])
    writer.entries[2].content = Array("big".utf8)
    #expect(throws: CheckpointError.self) { try writer.read() }
  }

  /// A way to spoil the archive.
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout ZipWriter) -> Void

    init(_ reason: String, _ apply: @escaping @Sendable (inout ZipWriter) -> Void) {
      testDescription = reason
      self.apply = apply
    }
  }

  static let damages: [Damage] = [
    Damage("compressed", { $0.entries[1].method = 8 }),
    Damage("encrypted", { $0.entries[1].flags = 1 }),
    Damage("past the end", { $0.entries[1].size = 1 << 20 }),
    Damage("a size of 4 GB", { $0.entries[1].size = .max }),
    Damage("too small", { $0.entries[1].size = 15 }),
    Damage("no header there", { $0.entries[1].headerOffset = 3 }),
    Damage("a header past the end", { $0.entries[1].headerOffset = 1 << 30 }),
    Damage("twice", { $0.entries.append($0.entries[1]) }),
    Damage("two pickles", { $0.entries.append(.init(name: "other/data.pkl", content: [])) }),
    Damage("no pickle", { $0.entries.remove(at: 0) }),
    Damage("no storage", { $0.entries.remove(at: 1) }),
    Damage("an empty pickle", { $0.entries[0].content = [] }),
    Damage("no entries", { $0.entries = [] }),
  ]

  @Test(arguments: damages)
  func refuses(damage: Damage) {
    var writer = Self.writer
    damage.apply(&writer)
    #expect(throws: CheckpointError.self, "\(damage.testDescription)") { try writer.read() }
  }

  @Test func refusesHugeZIP64Numbers() throws {
    var writer = Self.writer
    writer.isWide = true
    let whole = writer.bytes()
    // Of the record: entries and start of the directory; of the locator: the record's place.
    for back in [22 + 20 + 56 - 32, 22 + 20 + 56 - 48, 22 + 20 - 8] {
      for value: UInt64 in [.max, 1 << 63, 1 << 55, UInt64(whole.count)] {
        var bytes = whole
        bytes.replaceSubrange(
          bytes.count - back..<bytes.count - back + 8, with: littleEndian(value))
        #expect(throws: CheckpointError.self) {
          try PyTorchArchive.read(kept(bytes), name: "wide")
        }
      }
    }
  }
}
