import Foundation
import Testing

@testable import VitKit

@Suite struct EmbeddingsTests {
  private let fixture: VectorFolderFixture

  init() throws { fixture = try VectorFolderFixture() }

  private static let set = try! Embeddings(
    names: ["a.jpg", "b ä\n\".jpg", "c.jpg"],
    vectors: [[1, 2, 3], [-1, 0, 0.5], [1e-20, 0, 0]],
    madeWith: ["weights_sha256": "abc", "model": "tiny"])

  @Test(arguments: ["v.npy", "v.safetensors", "parts"])
  func whatIsWrittenIsRead(name: String) throws {
    defer { fixture.remove() }
    let path = fixture.path(name)
    try Self.set.write(to: path, partSize: 2)
    let read = try Embeddings(contentsOf: path)
    #expect(read.count == 3 && read.size == 3)
    #expect(try read.names == Self.set.names)
    #expect((0..<3).map(read.vector) == (0..<3).map(Self.set.vector))
    #expect(read.madeWith == Self.set.madeWith)
    #expect(try read.names(ofRows: [2, 0]) == ["c.jpg", "a.jpg"])
    // A file is replaced; a folder that holds vectors is not.
    if name == "parts" {
      let error = #expect(throws: RequestError.self) { try Self.set.write(to: path) }
      #expect(error?.problem == .cannotWrite)
    } else {
      try Self.set.write(to: path)
    }
  }

  @Test(arguments: ["v.npy", "v.safetensors"])
  func whatARunThatWasEndedHasDoneSaysSo(name: String) throws {
    defer { fixture.remove() }
    var set = Self.set
    set.isComplete = false
    try set.write(to: fixture.path(name))
    #expect(try Embeddings(contentsOf: fixture.path(name)).isComplete == false)
    let error = #expect(throws: RequestError.self) { try set.write(to: fixture.path("parts")) }
    #expect(error?.problem == .invalidArgument)
    #expect(!FileManager.default.fileExists(atPath: fixture.path("parts")))
  }

  @Test func tinyAndHugeVectorsHaveCosines() throws {
    defer { fixture.remove() }
    let set = try Embeddings(
      names: ["tiny", "huge", "one"], vectors: [[1e-30, 0], [1e30, 1e30], [1, 0]])
    let cosines = try set.cosines(with: set)
    #expect(abs(cosines[0][2] - 1) < 1e-6 && abs(cosines[0][1] - Float(0.5).squareRoot()) < 1e-6)
  }

  private static func floats(_ values: Float...) -> [[Float]] { [[1, 1], values] }

  @Test(arguments: [
    floats(0, 0), floats(.nan, 1), floats(.infinity, 1), floats(-.infinity, .infinity),
  ])
  func aVectorWithoutDirectionIsToldByName(vectors: [[Float]]) throws {
    defer { fixture.remove() }
    let error = #expect(throws: InputError.self) {
      try Embeddings(names: ["good", "bad.jpg"], vectors: vectors)
    }
    #expect(error?.input == "bad.jpg" && error?.problem == .notFinite)
    #expect(error?.localizedDescription == error.map { "\($0)" })
  }

  @Test func whatDoesNotFitIsRefused() throws {
    defer { fixture.remove() }
    #expect(throws: RequestError.self) { try Embeddings(names: ["a"], vectors: []) }
    #expect(throws: RequestError.self) {
      try Embeddings(names: ["a", "b"], vectors: [[1], [1, 2]])
    }
    #expect(throws: RequestError.self) { try Embeddings(names: ["a"], values: [1, 2, 3], size: 2) }
    #expect(throws: RequestError.self) { try Embeddings(names: ["a"], values: [], size: -1) }
    #expect(throws: RequestError.self) { try Embeddings(names: ["a"], vectors: [[]]) }
  }

  @Test func whatCannotBeReadIsAnInputError() throws {
    defer { fixture.remove() }
    func problem(_ name: String) -> InputError.Problem? {
      do {
        _ = try Embeddings(contentsOf: fixture.path(name))
        return nil
      } catch {
        return (error as? InputError)?.problem
      }
    }
    #expect(problem("none.npy") == .missing)
    try Data("nothing".utf8).write(to: fixture.url.appending(path: "bad.npy"))
    #expect(problem("bad.npy") == .damaged)
    try Self.set.write(to: fixture.path("v.npy"))
    try Data("{\"input\": \"a\", \"row\": 0}\n".utf8)
      .write(to: fixture.url.appending(path: "v.jsonl"))
    #expect(problem("v.npy") == .damaged)
    try FileManager.default.removeItem(at: fixture.url.appending(path: "v.jsonl"))
    let nameless = try Embeddings(contentsOf: fixture.path("v.npy"))
    #expect(try nameless.names[0] == "v.npy[0]")
    #expect(nameless.notice?.contains("v.jsonl: is not there") == true)
    try FileManager.default.createDirectory(
      at: fixture.url.appending(path: "empty"), withIntermediateDirectories: true)
    #expect(problem("empty") == .missing)
  }
}
