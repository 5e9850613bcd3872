import Foundation

@testable import VitKit

/// Folders of made-up vectors.
struct VectorFolderFixture {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "vectors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func remove() { try? FileManager.default.removeItem(at: url) }

  static let size = 33

  /// Every seventh input fails; numbers are a fixed mixture.
  static func vector(_ index: Int) -> [Float]? {
    if index % 7 == 3 { return nil }
    let values = (0..<size).map { Float((index * 31 + $0 * $0 * 17 + index * $0) % 101) - 50 }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  static func names(_ count: Int) -> [String] { (0..<count).map { "photos/\($0) ä\n\".jpg" } }

  static func inputs(_ count: Int) -> [VectorInput] {
    names(count).enumerated().map { number, name in
      VectorInput(name: name, stamp: FileStamp(byteCount: number, modified: 1_700_000_000_000_000))
    }
  }

  static func job(_ count: Int, partSize: Int, model: String = "a") -> VectorManifest.Job {
    VectorManifest.Job(
      partSize: partSize, inputs: names(count), embeddingSize: size,
      madeWith: ["weights_sha256": model, "kernel_set": "scalar"], options: ["raw": "false"])
  }

  /// - Parameter most: vectors after which it stops, as if killed.
  func write(
    _ name: String, count: Int, partSize: Int, shard: String = "0/1", resumes: Bool = false,
    model: String = "a", most: Int = .max, inputs: [VectorInput]? = nil
  ) throws {
    let names = Self.names(count)
    var writer = try VectorFolderWriter(
      folder: path(name), job: Self.job(count, partSize: partSize, model: model),
      shard: VectorManifest.Shard(shard)!, inputs: inputs ?? Self.inputs(count),
      resumes: resumes)
    for (done, index) in writer.pending.joined().enumerated() {
      if done == most { return }
      try writer.append(input: names[index], vector: Self.vector(index), reason: "broken \(index)")
    }
    try writer.finish()
  }

  /// Every file's bytes.
  func contents(_ name: String) throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: path(name)).map {
        ($0, try Data(contentsOf: url.appending(path: "\(name)/\($0)")))
      })
  }
}
