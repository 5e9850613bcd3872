import Testing
import VitTensor
import VitTestSupport

@testable import VitModel

/// Whole towers: the bits of an item depend neither on its batch, nor its place in it, nor on the
/// number of threads.
@Suite(.serialized) struct BatchBitsTests {
  private static let items = 9

  /// Batches of 1, 3 … 9 in shuffled orders at 1 to `mostThreads` threads.
  private func check(mostThreads: Int, _ encode: ([Int]) throws -> [[Float]]) throws {
    try SharedPool.exclusively { try checkAlone(mostThreads: mostThreads, encode) }
  }

  private func checkAlone(mostThreads: Int, _ encode: ([Int]) throws -> [[Float]]) throws {
    let threads = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(threads) }
    ThreadPool.shared.setThreadCount(1)
    let each = try (0..<Self.items).map { try encode([$0])[0].map(\.bitPattern) }
    var random = HashedWeights(position: 3)
    for count in 1...mostThreads {
      ThreadPool.shared.setThreadCount(count)
      for batch in stride(from: 1, through: Self.items, by: 2) {
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
  /// 128 channels divide in two parts.
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
    try check(mostThreads: 8) { order in
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
    try check(mostThreads: 4) { order in
      let pooled = try tower.encode(order.map { captions[$0] })
      return order.indices.map { Array(pooled[$0 * width..<($0 + 1) * width]) }
    }
  }

  /// All rows and some. Half of the larger feed-forward networks' channels does not divide evenly into
  /// the blocks in which they are summed.
  @Test(
    arguments: [(Precision.float32, 256), (.float32, 4096), (.bfloat16, 8192)],
    [nil, [0..<1, 30..<31]])
  func divisions(_ size: (precision: Precision, mlpSize: Int), _ wanted: [Range<Int>]?) throws {
    var weights = HashedWeights()
    let (width, offsets) = (128, [0, 30, 45])
    let encoder = weights.encoder(
      depth: 3, width: width, heads: 4, mlpSize: size.mlpSize, activation: .geluErf, epsilon: 1e-6,
      causal: true, precision: size.precision)
    let tokens = weights.values(45 * width)
    let count = (wanted.map(\.count) ?? 45) * width
    let workspace = Workspace()
    func bits(_ division: Division) throws -> [UInt32] {
      let copy = try FloatBuffer(count: tokens.count)
      copy.pointer.update(from: tokens, count: tokens.count)
      let result = try encoder.apply(
        copy.pointer, offsets: offsets, wanted: wanted, division: division, workspace: workspace,
        trace: nil)
      return UnsafeBufferPointer(start: result, count: count).map(\.bitPattern)
    }
    try SharedPool.exclusively {
      let threads = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.setThreadCount(threads) }
      ThreadPool.shared.setThreadCount(1)
      let expected = try bits(Division(rows: 45, ranges: 1, parts: 1))
      for count in 1...8 {
        ThreadPool.shared.setThreadCount(count)
        for ranges in [1, 2, 3, 8] {
          for parts in 1...2 {
            let found = try bits(Division(rows: 45, ranges: ranges, parts: parts))
            #expect(
              expected == found,
              "\(ranges) ranges of rows, \(parts) parts, \(count) threads")
          }
        }
      }
    }
  }
}
