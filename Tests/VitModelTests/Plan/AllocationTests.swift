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
  func blocksAllocateNothingOnceTheyAreWarm(_ precision: Precision, _ wanted: [Range<Int>]?) {
    var weights = HashedWeights()
    let (width, rows) = (128, 74)
    let encoder = weights.encoder(
      depth: 3, width: width, heads: 2, mlpSize: 4 * width, activation: .geluErf, epsilon: 1e-6,
      causal: false, precision: precision)
    let workspace = Workspace()
    let tokens = FloatBuffer(count: rows * width)
    let offsets = [0, 37, rows]
    // Which of these a pass needs depends on the number of threads, which other tests change.
    _ = workspace.floats(.queryKeyValueAhead, rows * 3 * width)
    func pass(inHalves: Bool) -> Int {
      weights.fill(tokens.pointer, count: tokens.count)
      let before = vit_allocations()
      if inHalves {
        _ = encoder.applyInHalves(
          tokens.pointer, offsets: offsets, wanted: wanted, workspace: workspace)
      } else {
        _ = encoder.apply(
          tokens.pointer, offsets: offsets, wanted: wanted, workspace: workspace, trace: nil)
      }
      return vit_allocations() - before
    }
    let ways = precision == .int8 ? [false] : [true, false]
    #expect(ways.map(pass).reduce(0, +) > 0)
    // Another number of threads needs other working memory, once.
    var quiet = 0
    for _ in 0..<50 where quiet < 5 {
      quiet = ways.map(pass) == ways.map { _ in 0 } ? quiet + 1 : 0
    }
    #expect(quiet == 5)
  }
}
