import Foundation
import Testing
import VitTensor
import VitTestSupport

@testable import VitKit

@Suite(.serialized) struct NearestTests {
  /// Against all cosines, sorted; whatever parts and threads.
  @Test(arguments: [1, 2, 4], [1, 50, 700])
  func theBestRowsAreThoseOfAll(threads: Int, partSize: Int) throws {
    try SharedPool.exclusively { try compare(threads: threads, partSize: partSize) }
  }

  private func compare(threads: Int, partSize: Int) throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    ThreadPool.shared.setThreadCount(threads)
    let fixture = try VectorFolderFixture()
    defer { fixture.remove() }
    let count = partSize == 1 ? 60 : 600
    try fixture.write("v", count: count, partSize: partSize)
    let folder = try Embeddings(contentsOf: fixture.path("v"))
    // Few queries stream past the vectors; many are multiplied with packed blocks of them.
    let few = try queries(of: [0, 5, 100])
    let many = try queries(of: (0..<60).filter { $0 % 7 != 3 })
    for (queries, best) in [(few, 1), (few, 7), (few, 1000), (many, 7), (many, 1000)] {
      let found = try folder.nearest(to: queries, count: best)
      #expect(found.count == queries.count)
      for (query, neighbors) in zip((0..<queries.count).map(queries.vector), found) {
        let cosines = (0..<folder.count).map { row in
          zip(query, folder.vector(row)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        #expect(neighbors.count == min(best, folder.count))
        #expect(Set(neighbors.map(\.row)).count == neighbors.count)
        for (neighbor, cosine) in zip(neighbors, cosines.sorted(by: >)) {
          #expect(abs(Double(neighbor.cosine) - cosine) < 1e-5)
          #expect(abs(cosines[neighbor.row] - cosine) < 1e-5)
        }
        #expect(try neighbors.map(\.name) == folder.names(ofRows: neighbors.map(\.row)))
        for (first, second) in zip(neighbors, neighbors.dropFirst()) {
          #expect(
            first.cosine > second.cosine
              || (first.cosine == second.cosine && first.row < second.row))
        }
      }
    }
    // The same bits however many queries there are.
    let together = try folder.nearest(to: many, count: 5)
    for row in 0..<40 {
      let alone = try Embeddings(
        names: many.names(ofRows: [row]), vectors: [many.vector(row)])
      #expect(try folder.nearest(to: alone, count: 5)[0] == together[row])
    }
    let none = try Embeddings(names: [], vectors: [])
    #expect(try folder.nearest(to: none, count: 3).isEmpty)
    #expect(try none.nearest(to: few, count: 3).allSatisfy(\.isEmpty))
    #expect(try folder.nearest(to: few, count: 0).allSatisfy(\.isEmpty))
  }

  private func queries(of inputs: [Int]) throws -> Embeddings {
    try Embeddings(
      names: inputs.map { VectorFolderFixture.names($0 + 1)[$0] },
      vectors: inputs.map { VectorFolderFixture.vector($0)! })
  }

  @Test func thresholdsAndSelfMatches() throws {
    let vectors: [[Float]] = [[1, 0], [0.8, 0.6], [0, 2], [1, 0], [-1, 0]]
    let set = try Embeddings(names: ["a", "b", "c", "a", "d"], vectors: vectors)
    let others = try set.nearestOthers(count: 2)
    #expect(others.map { $0.map(\.row) } == [[3, 1], [0, 3], [1, 0], [0, 1], [2, 1]])
    #expect(others[0][0].cosine == 1)
    let near = try set.nearest(to: set, threshold: 0.7)
    #expect(near.map { $0.map(\.row) } == [[0, 3, 1], [1, 0, 3], [2], [0, 3, 1], [4]])
    let strangers = try set.nearest(to: set, count: 1, leavesOutSameName: true)
    #expect(strangers.map { $0.map(\.name) } == [["b"], ["a"], ["b"], ["b"], ["c"]])
    // The query's length does not count.
    #expect(abs(near[2][0].cosine - 1) < 1e-6)
    // Names of the same canonical form are two names.
    let composed = try Embeddings(names: ["\u{E9}", "e\u{301}"], vectors: [[1, 0], [1, 1]])
    #expect(
      try composed.nearest(to: composed, leavesOutSameName: true).map { $0.map(\.row) } == [
        [1], [0],
      ])
  }

  @Test func aCancelledSearchEnds() async throws {
    let set = try queries(of: (0..<100).filter { $0 % 7 != 3 })
    let search = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await set.nearestOthers(count: 1)
    }
    await #expect(throws: CancellationError.self) { try await search.value }
  }

  @Test func aSearchTellsHowFarItIs() throws {
    let set = try queries(of: (0..<100).filter { $0 % 7 != 3 })
    var shares: [Double] = []
    _ = try set.nearestOthers(count: 1, progress: { shares.append($0) })
    #expect(shares.last == 1 && shares == shares.sorted())
  }

  @Test func vectorsOfTwoModelsAreNotCompared() throws {
    func set(_ hash: String?, size: Int) throws -> Embeddings {
      try Embeddings(
        names: ["x"], vectors: [.init(repeating: 1, count: size)],
        madeWith: hash.map { ["weights_sha256": $0] } ?? [:])
    }
    #expect(throws: InputError.self) { try set("a", size: 2).nearest(to: set("b", size: 2)) }
    #expect(throws: InputError.self) { try set(nil, size: 2).cosines(with: set(nil, size: 3)) }
    #expect(try set("a", size: 2).nearest(to: set(nil, size: 2)).count == 1)
  }

  @Test(arguments: [1, 40]) func cosinesAreSymmetricAndBounded(count: Int) throws {
    let set = try queries(of: (0..<count).filter { $0 % 7 != 3 })
    let cosines = try set.cosines(with: set)
    for row in cosines.indices {
      #expect(abs(cosines[row][row] - 1) < 1e-6 && cosines[row][row] <= 1)
      for column in cosines.indices { #expect(cosines[row][column] == cosines[column][row]) }
    }
    // A search computes the same bits.
    let found = try set.nearest(to: set)
    for (row, neighbors) in found.enumerated() {
      for neighbor in neighbors { #expect(neighbor.cosine == cosines[row][neighbor.row]) }
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func whatIsNoNumberIsAnError(value: Float) throws {
    let fixture = try VectorFolderFixture()
    defer { fixture.remove() }
    try fixture.write("v", count: 30, partSize: 10)
    let part = fixture.url.appending(path: "v/part-00001.npy")
    var bytes = try Data(contentsOf: part)
    withUnsafeBytes(of: value) {
      bytes.replaceSubrange(bytes.count - 40..<bytes.count - 36, with: $0)
    }
    try bytes.write(to: part)
    let folder = try Embeddings(contentsOf: fixture.path("v"))
    for inputs in [[0], Array(60..<63) + Array(70..<73) + (84..<87) + (98..<101) + (112..<150)] {
      let error = #expect(throws: InputError.self) {
        try folder.nearest(to: queries(of: inputs.filter { $0 % 7 != 3 }), count: 3)
      }
      #expect(error?.problem == .notFinite && error?.input.hasPrefix("photos/") == true)
    }
  }

  @Test(arguments: [(-1, nil), (nil, Float.nan), (3, .nan)] as [(Int?, Float?)])
  func whatCannotBeAskedIsRefused(count: Int?, threshold: Float?) throws {
    let set = try queries(of: [0, 1, 2])
    let errors = [
      #expect(throws: RequestError.self) {
        try set.nearest(to: set, count: count, threshold: threshold)
      },
      #expect(throws: RequestError.self) {
        try set.nearestOthers(count: count, threshold: threshold)
      },
    ]
    for error in errors { #expect(error?.problem == .invalidArgument) }
    #expect(try set.nearest(to: set, count: 0) == [[], [], []])
  }

  @Test func bestRowsAreThoseOfASort() {
    var state: UInt64 = 1
    func random(_ limit: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % limit)
    }
    for capacity in [0, 1, 2, 10, 200] {
      let entries = (0..<150).map { BestRows.Entry(row: $0, score: Float(random(20))) }
      var halves = [BestRows(capacity: capacity), BestRows(capacity: capacity)]
      var shuffled = entries
      for index in shuffled.indices { shuffled.swapAt(index, random(150)) }
      for entry in shuffled { halves[random(2)].offer(entry) }
      halves[0].merge(halves[1])
      let expected = entries.sorted { ($0.score, $1.row) > ($1.score, $0.row) }
      #expect(halves[0].sorted == Array(expected.prefix(capacity)))
    }
  }

  @Test(arguments: [0, 1, 15, 16, 17, 31, 33, 192]) func dotProducts(count: Int) {
    let first = (0..<count).map { Float($0 % 13) - 6 }
    let second = (0..<count).map { Float($0 % 7) - 3 }
    #expect(dotProduct(first, second) == zip(first, second).reduce(0) { $0 + $1.0 * $1.1 })
    #expect(dotProduct(first, second) == dotProduct(second, first))
  }
}
