import Testing
import VitTensor

@testable import VitModel

@Suite struct DivisionTests {
  @Test(arguments: [(7, 3, 1), (7, 3, 2), (1, 4, 2), (45, 8, 1)])
  func everyPartHasEveryRowOnce(_ rows: Int, _ ranges: Int, _ parts: Int) {
    let division = Division(rows: rows, ranges: ranges, parts: parts)
    let shares = (0..<division.shares).map(division.share)
    for part in parts == 1 ? [Division.Part.all] : [.first, .second] {
      #expect(shares.filter { $0.part == part }.flatMap(\.rows) == Array(0..<rows))
    }
  }

  /// As ranges of rows and parts.
  @Test func suitsRowsAndThreads() {
    func division(_ precision: Precision, rows: Int, threads: Int, heads: Int = 4) -> [Int] {
      let weights = HashedWeights()
      let encoder = weights.encoder(
        depth: 1, width: 384, heads: heads, mlpSize: 128, activation: .geluErf, epsilon: 1e-6,
        causal: false, precision: precision)
      let division = Division.suiting(encoder.blocks[0], rows: rows, threads: threads)
      return [division.ranges, division.parts]
    }
    #expect(division(.float32, rows: 50, threads: 1) == [1, 1])
    #expect(division(.float32, rows: 1, threads: 2) == [1, 2])
    #expect(division(.float32, rows: 50, threads: 2) == [1, 2])
    #expect(division(.float32, rows: 197, threads: 2) == [2, 1])
    #expect(division(.bfloat16, rows: 16, threads: 2) == [1, 2])
    #expect(division(.bfloat16, rows: 50, threads: 2) == [2, 1])
    #expect(division(.int8, rows: 16, threads: 2) == [1, 1])
    #expect(division(.float32, rows: 50, threads: 2, heads: 3) == [2, 1])
    #expect(division(.float32, rows: 50, threads: 3) == [1, 1])
    #expect(division(.float32, rows: 60, threads: 3) == [3, 1])
    #expect(division(.float32, rows: 50, threads: 4) == [1, 1])
    #expect(division(.float32, rows: 100, threads: 4) == [2, 2])
    #expect(division(.float32, rows: 200, threads: 4) == [4, 1])
    #expect(division(.float32, rows: 197, threads: 8) == [4, 2])
  }
}
