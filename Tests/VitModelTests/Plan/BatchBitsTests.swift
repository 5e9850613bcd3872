import Testing
import VitTensor

@testable import VitModel

/// Whole towers: the bits of an item depend neither on its batch, nor its place in it, nor on the
/// number of threads.
@Suite(.serialized) struct BatchBitsTests {
  private static let items = 9

  /// Batches of 1 to 9 in shuffled orders at 1 to 4 threads.
  private func check(_ encode: ([Int]) throws -> [[Float]]) throws {
    let threads = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(threads) }
    ThreadPool.shared.setThreadCount(1)
    let each = try (0..<Self.items).map { try encode([$0])[0].map(\.bitPattern) }
    var random = HashedWeights(position: 3)
    for count in 1...4 {
      ThreadPool.shared.setThreadCount(count)
      for batch in 1...Self.items {
        let keys = random.values(Self.items)
        let order = Array((0..<Self.items).sorted { keys[$0] < keys[$1] }.prefix(batch))
        let results = try encode(order)
        for (item, result) in zip(order, results) {
          #expect(
            result.map(\.bitPattern) == each[item], "\(count) threads, item \(item) of \(order)")
        }
      }
    }
  }

  /// With 31 tokens each several images share a group, and threads share an image's rows. Blocks of
  /// 128 channels divide in halves.
  @Test(arguments: Precision.allCases, [48, 128])
  func images(_ precision: Precision, _ width: Int) throws {
    let configuration = ImageTowerConfiguration(
      imageHeight: 40, imageWidth: 48, patchSize: 8, width: width, depth: 2,
      heads: width == 128 ? 2 : 3, mlpSize: 2 * width,
      activation: .geluErf, epsilon: 1e-6)
    let tower = try ImageTowerPlan.random(configuration, precision: precision)
    let size = 3 * 40 * 48
    var weights = HashedWeights(position: 7)
    let pixels = weights.values(Self.items * size)
    try check { order in
      let pooled = try pixels.withUnsafeBufferPointer { pixels in
        try tower.encode(batch: order.count, height: 40, width: 48) {
          pixels.baseAddress! + order[$0] * size
        }.pooled
      }
      return order.indices.map { Array(pooled[$0 * width..<($0 + 1) * width]) }
    }
  }

  /// Each at its own length.
  @Test(arguments: Precision.allCases) func captions(_ precision: Precision) throws {
    let tower = try TextPreset.clipBase32.textTower(precision: precision)
    let captions = (0..<Self.items).map { tower.sampleCaption(tokens: 3 + 5 * $0, number: $0) }
    let width = tower.configuration.width
    try check { order in
      let pooled = try tower.encode(order.map { captions[$0] })
      return order.indices.map { Array(pooled[$0 * width..<($0 + 1) * width]) }
    }
  }

  /// By halves, by rows and by panels; all rows and some. The larger feed-forward network's halves
  /// do not divide evenly into the blocks in which they are summed.
  @Test(
    arguments: [(Precision.float32, 256), (.float32, 4096), (.bfloat16, 8192)],
    [nil, [0..<1, 30..<31]])
  func halves(_ size: (precision: Precision, mlpSize: Int), _ wanted: [Range<Int>]?) {
    var weights = HashedWeights()
    let (width, offsets) = (128, [0, 30, 45])
    let encoder = weights.encoder(
      depth: 3, width: width, heads: 4, mlpSize: size.mlpSize, activation: .geluErf, epsilon: 1e-6,
      causal: true, precision: size.precision)
    let tokens = weights.values(45 * width)
    let count = (wanted.map(\.count) ?? 45) * width
    func bits(_ apply: (UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float>) -> [UInt32] {
      let copy = FloatBuffer(count: tokens.count)
      copy.pointer.update(from: tokens, count: tokens.count)
      return UnsafeBufferPointer(start: apply(copy.pointer), count: count).map(\.bitPattern)
    }
    let threads = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(threads) }
    let workspace = Workspace()
    ThreadPool.shared.setThreadCount(1)
    let expected = bits {
      encoder.apply($0, offsets: offsets, wanted: wanted, workspace: workspace, trace: nil)
    }
    for count in 1...3 {
      ThreadPool.shared.setThreadCount(count)
      #expect(
        expected
          == bits {
            encoder.applyInHalves($0, offsets: offsets, wanted: wanted, workspace: workspace)
          }, "\(count) threads")
    }
  }

  @Test func halvesAreForTwoThreadsAndFewRows() {
    func runs(_ precision: Precision, rows: Int, threads: Int = 2, heads: Int = 4) -> Bool {
      let weights = HashedWeights()
      return weights.encoder(
        depth: 1, width: 384, heads: heads, mlpSize: 128, activation: .geluErf, epsilon: 1e-6,
        causal: false, precision: precision
      ).runsInHalves(rows: rows, threads: threads)
    }
    #expect(runs(.float32, rows: 50) && runs(.float32, rows: 1) && runs(.bfloat16, rows: 16))
    #expect(!runs(.float32, rows: 197) && !runs(.bfloat16, rows: 50) && !runs(.int8, rows: 16))
    #expect(!runs(.float32, rows: 50, threads: 1) && !runs(.float32, rows: 50, threads: 16))
    #expect(!runs(.float32, rows: 50, heads: 3))
  }
}
