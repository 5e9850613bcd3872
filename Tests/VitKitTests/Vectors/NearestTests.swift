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
    let folder = try VectorFolder(path: fixture.path("v"))
    let queries = [0, 5, 100].map { VectorFolderFixture.vector($0)! }
    for best in [1, 7, 1000] {
      let found = try folder.nearest(to: queries, count: best)
      for (query, neighbors) in zip(queries, found) {
        let cosines = (0..<folder.count).map { row in
          zip(query, folder.vector(row)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        #expect(neighbors.count == min(best, folder.count))
        #expect(Set(neighbors.map(\.row)).count == neighbors.count)
        for (neighbor, cosine) in zip(neighbors, cosines.sorted(by: >)) {
          #expect(abs(Double(neighbor.cosine) - cosine) < 1e-5)
          #expect(abs(cosines[neighbor.row] - cosine) < 1e-5)
        }
        #expect(try neighbors.map(\.input) == folder.inputs(ofRows: neighbors.map(\.row)))
        for (first, second) in zip(neighbors, neighbors.dropFirst()) {
          #expect(
            first.cosine > second.cosine
              || (first.cosine == second.cosine && first.row < second.row))
        }
      }
    }
    #expect(try folder.nearest(to: [], count: 3).isEmpty)
    #expect(try folder.nearest(to: queries, count: 0).allSatisfy(\.isEmpty))
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
    let folder = try VectorFolder(path: fixture.path("v"))
    #expect(throws: VectorFolderError.self) {
      try folder.nearest(to: [VectorFolderFixture.vector(0)!], count: 3)
    }
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
