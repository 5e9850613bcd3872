import CAllocationCounter
import Testing
import VitTensor

@testable import VitModel

@Suite struct AllocationTests {
  @Test(.enabled(if: vit_allocations() >= 0, "allocations are not counted in this build"))
  func countsAllocations() {
    let before = vit_allocations()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    #expect(vit_allocations() > before)
    memory.deallocate()
  }

  @Test(
    .enabled(if: vit_allocations() >= 0, "allocations are not counted in this build"),
    arguments: Precision.allCases, [nil, [0..<1, 37..<38]])
  func blocksAllocateNothingOnceTheyAreWarm(_ precision: Precision, _ wanted: [Range<Int>]?) throws
  {
    var weights = HashedWeights()
    let (width, rows) = (128, 74)
    let encoder = weights.encoder(
      depth: 3, width: width, heads: 2, mlpSize: 4 * width, activation: .geluErf, epsilon: 1e-6,
      causal: false, precision: precision)
    let workspace = Workspace()
    let tokens = try FloatBuffer(count: rows * width)
    let offsets = [0, 37, rows]
    let divisions = (precision == .int8 ? 1...1 : 1...2).flatMap { parts in
      [1, 2].map { Division(rows: rows, ranges: $0, parts: parts) }
    }
    func pass(_ division: Division) throws -> Int {
      weights.fill(tokens.pointer, count: tokens.count)
      let before = vit_allocations()
      _ = try encoder.apply(
        tokens.pointer, offsets: offsets, wanted: wanted, division: division, workspace: workspace,
        trace: nil)
      return vit_allocations() - before
    }
    #expect(try divisions.map(pass).reduce(0, +) > 0)
    // Another number of threads, which other tests change, needs other working memory, once.
    var quiet = 0
    for _ in 0..<50 where quiet < 5 {
      quiet = try divisions.map(pass).allSatisfy { $0 == 0 } ? quiet + 1 : 0
    }
    #expect(quiet == 5)
  }
}
