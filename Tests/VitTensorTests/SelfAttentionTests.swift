import CKernels
import Foundation
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct SelfAttentionTests {
    static func reference(
      _ qkv: [Float], offsets: [Int], heads: Int, headSize: Int, causal: Bool
    ) -> [Double] {
      let width = heads * headSize
      var output = [Double](repeating: 0, count: (offsets.last ?? 0) * width)
      for (start, end) in zip(offsets, offsets.dropFirst()) {
        for head in 0..<heads {
          for query in start..<end {
            let keys = start..<(causal ? query + 1 : end)
            let scores = keys.map { key in
              (0..<headSize).reduce(0.0) { sum, i in
                sum + Double(qkv[query * 3 * width + head * headSize + i])
                  * Double(qkv[key * 3 * width + width + head * headSize + i])
              } / Double(headSize).squareRoot()
            }
            let largest = scores.max() ?? 0
            let weights = scores.map { exp($0 - largest) }
            let sum = weights.reduce(0, +)
            for (key, weight) in zip(keys, weights) {
              for i in 0..<headSize {
                output[query * width + head * headSize + i] +=
                  weight / sum * Double(qkv[key * 3 * width + 2 * width + head * headSize + i])
              }
            }
          }
        }
      }
      return output
    }

    static func apply(
      _ attention: SelfAttention, _ qkv: [Float], _ offsets: [Int],
      _ kernels: UnsafePointer<vit_kernels>, rows: Range<Int>? = nil, heads: Range<Int>? = nil
    ) -> [Float] {
      var output = [Float](repeating: .infinity, count: (offsets.last ?? 0) * attention.width)
      var halves = qkv.map(bfloat16Bits)
      var floats = qkv
      output.withUnsafeMutableBytes { output in
        halves.withUnsafeMutableBytes { halves in
          floats.withUnsafeMutableBytes { floats in
            let input = attention.precision == .bfloat16 ? halves : floats
            attention.apply(
              Rows(input.baseAddress!, attention.precision), offsets: offsets, rows: rows,
              heads: heads, to: Rows(output.baseAddress!, .float32), kernels: kernels)
          }
        }
      }
      return output
    }

    @Test(arguments: [Precision.float32, .bfloat16], [false, true])
    func agreesWithDoublePrecision(_ precision: Precision, _ causal: Bool) {
      var random = SplitMix64(state: 6)
      for (heads, headSize) in [(1, 1), (2, 3), (3, 16), (1, 17), (2, 64), (1, 72), (2, 80)] {
        for offsets in [[0, 1, 3], [0, 5, 5, 12], [0, 50], [0, 13, 78], [0, 65]] {
          let qkv = random.floats(offsets.last! * 3 * heads * headSize)
          let expected = Self.reference(
            qkv, offsets: offsets, heads: heads, headSize: headSize, causal: causal)
          let attention = SelfAttention(
            heads: heads, headSize: headSize, causal: causal, precision: precision)
          // Values are below 1. A score, a mean of at most headSize products times √headSize, shifts
          // weights by its own relative error; bfloat16 rounds operands by 2⁻⁹ each.
          let unit = precision == .float32 ? 0x1p-23 : 0x1p-8
          let tolerance = unit * (4 + Double(headSize).squareRoot())
          for kernels in KernelSet.all {
            let result = Self.apply(attention, qkv, offsets, kernels)
            let worst = zip(result, expected).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(
              worst <= tolerance,
              "\(name(of: kernels)) \(precision) \(heads) heads of \(headSize), \(offsets)")
          }
        }
      }
    }

    @Test(arguments: Precision.allCases, [false, true])
    func bitsDependOnNeitherBatchNorThreads(_ precision: Precision, _ causal: Bool) {
      let threads = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.setThreadCount(threads) }
      var random = SplitMix64(state: 7)
      let (heads, headSize, tokens, items) = (3, 16, 19, 9)
      let row = 3 * heads * headSize
      let qkv = random.floats(items * tokens * row)
      let attention = SelfAttention(
        heads: heads, headSize: headSize, causal: causal, precision: precision)
      for kernels in KernelSet.all {
        let each = (0..<items).map {
          Self.apply(
            attention, Array(qkv[$0 * tokens * row..<($0 + 1) * tokens * row]), [0, tokens], kernels
          )
        }
        for count in 1...4 {
          ThreadPool.shared.setThreadCount(count)
          for batch in [1, 2, 5, 9] {
            let order = (0..<batch).map { ($0 * 4 + count) % items }
            let result = Self.apply(
              attention, order.flatMap { qkv[$0 * tokens * row..<($0 + 1) * tokens * row] },
              (0...batch).map { $0 * tokens }, kernels)
            #expect(result.map(\.bitPattern) == order.flatMap { each[$0] }.map(\.bitPattern))
          }
        }
      }
    }

    @Test(arguments: [Precision.float32, .bfloat16], [false, true])
    func someRowsOrHeadsHaveTheBitsOfAll(_ precision: Precision, _ causal: Bool) {
      var random = SplitMix64(state: 13)
      let (heads, headSize, offsets) = (2, 16, [0, 19, 19, 27, 60])
      let attention = SelfAttention(
        heads: heads, headSize: headSize, causal: causal, precision: precision)
      let qkv = random.floats(60 * 3 * attention.width)
      for kernels in KernelSet.all {
        let all = Self.apply(attention, qkv, offsets, kernels)
        for rows in [0..<0, 0..<1, 18..<19, 5..<23, 20..<60, 26..<28, 59..<60, 60..<60] {
          let some = Self.apply(attention, qkv, offsets, kernels, rows: rows)
          for i in some.indices {
            // The others are as they were.
            let expected = rows.contains(i / attention.width) ? all[i] : .infinity
            #expect(some[i].bitPattern == expected.bitPattern, "\(name(of: kernels)) \(rows) \(i)")
          }
        }
        for wanted in [0..<0, 0..<1, 1..<2] {
          let some = Self.apply(attention, qkv, offsets, kernels, heads: wanted)
          for i in some.indices {
            let expected = wanted.contains(i / headSize % heads) ? all[i] : .infinity
            #expect(
              some[i].bitPattern == expected.bitPattern, "\(name(of: kernels)) \(wanted) \(i)")
          }
        }
      }
    }

    @Test(arguments: [Precision.float32, .bfloat16], [Float.nan, .infinity, -.infinity])
    func whatIsNotANumberIsSeen(_ precision: Precision, _ bad: Float) {
      var random = SplitMix64(state: 8)
      let (heads, headSize, tokens) = (2, 16, 9)
      let width = heads * headSize
      var qkv = random.floats(2 * tokens * 3 * width)
      qkv[4 * 3 * width + width + 3] = bad  // a key of the first sequence's first head
      let attention = SelfAttention(
        heads: heads, headSize: headSize, causal: false, precision: precision)
      for kernels in KernelSet.all {
        let result = Self.apply(attention, qkv, [0, tokens, 2 * tokens], kernels)
        for i in result.indices {
          let hit = i < tokens * width && i % width < headSize
          #expect(result[i].isNaN == hit, "\(name(of: kernels)) \(precision) at \(i)")
        }
      }
    }
  }
}
