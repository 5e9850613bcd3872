import Foundation
import Testing
import VitTestSupport

@testable import VitKit

/// What the cache hands out is what was put in, or nothing.
@Suite struct LabelVectorCacheTests {
  private let scratch = try! ScratchFolder()
  private let model: Model
  private let labels = ["a", "b", "c"]
  private let vectors: [[Float]] = [[0.6, 0.8], [1, 0], [0, 1]]

  init() throws {
    model = try Model.load(TinyCLIP.write(in: URL(filePath: scratch.path)).path)
  }

  private func cache(_ labels: [String], templates: [String] = ["{}"]) throws -> LabelVectorCache {
    try LabelVectorCache(
      model: model, labels: labels, templates: templates, folder: scratch["labels"])
  }

  private func damage(_ change: (inout Data) -> Void) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: scratch["labels"]) {
      let url = URL(filePath: "\(scratch["labels"])/\(name)")
      var bytes = try Data(contentsOf: url)
      change(&bytes)
      try bytes.write(to: url)
    }
  }

  @Test func vectorsComeBackForTheSameLabelsAlone() throws {
    let cache = try cache(labels)
    #expect(cache.vectors(count: 3, size: 2) == nil)
    cache.store(vectors)
    #expect(cache.vectors(count: 3, size: 2) == vectors)
    #expect(cache.vectors(count: 2, size: 3) == nil)
    #expect(try self.cache(["b", "a", "c"]).vectors(count: 3, size: 2) == nil)
    #expect(try self.cache(labels, templates: ["a {}"]).vectors(count: 3, size: 2) == nil)
  }

  @Test func damageIsNoticed() throws {
    let cache = try cache(labels)
    let nan = withUnsafeBytes(of: Float.nan) { Data($0) }
    for change: (inout Data) -> Void in [
      { $0.replaceSubrange($0.count - 24..<$0.count, with: (0..<6).flatMap { _ in nan }) },
      // Rows in another order.
      { $0 = $0.dropLast(24) + $0.suffix(8) + $0.suffix(24).prefix(16) },
      { $0[$0.count - 1] ^= 1 }, { $0.removeLast() }, { $0 = Data() },
    ] {
      cache.store(vectors)
      #expect(cache.vectors(count: 3, size: 2) == vectors)
      try damage(change)
      #expect(cache.vectors(count: 3, size: 2) == nil)
    }
  }

  /// A file of other labels under this one's name.
  @Test func anothersFileIsNoticed() throws {
    let (mine, other) = (try cache(labels), try cache(["x", "y", "z"]))
    other.store(vectors)
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch["labels"])
    mine.store(vectors)
    let all = try FileManager.default.contentsOfDirectory(atPath: scratch["labels"])
    let own = try #require(all.first { !names.contains($0) })
    try Data(contentsOf: URL(filePath: "\(scratch["labels"])/\(names[0])"))
      .write(to: URL(filePath: "\(scratch["labels"])/\(own)"))
    #expect(mine.vectors(count: 3, size: 2) == nil)
  }

  /// The weights are the same, the tokeniser's files are not.
  @Test func theTokeniserIsPartOfTheKey() throws {
    try cache(labels).store(vectors)
    let config = URL(filePath: "\(model.info.weightsPath)").deletingLastPathComponent()
      .appending(path: "special_tokens_map.json")
    try Data("{}".utf8).write(to: config)
    #expect(try cache(labels).vectors(count: 3, size: 2) == nil)
  }
}
