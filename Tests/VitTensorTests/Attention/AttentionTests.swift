import CKernels
import Foundation
import Testing
import VitTestSupport

@testable import VitTensor

extension Attention {
  /// With the usual scale.
  init(heads: Int, headSize: Int, causal: Bool, precision: Precision) {
    self.init(
      heads: heads, headSize: headSize, scale: 1 / Float(headSize).squareRoot(), causal: causal,
      precision: precision)
  }
}

extension ComputeTests {
  @Suite struct AttentionTests {
    /// Queries, keys or values in a wider matrix, between elements that are no numbers: one that is
    /// used is seen.
    struct View {
      let elements: [Float]
      let stride: Int
      let column: Int

      init(_ values: [Float], width: Int, stride: Int, column: Int) {
        precondition(column + width <= stride)
        var elements = [Float](repeating: .nan, count: values.count / width * stride)
        for (i, value) in values.enumerated() {
          elements[i / width * stride + column + i % width] = value
        }
        self.init(elements, stride: stride, column: column)
      }

      init(_ elements: [Float], stride: Int, column: Int) {
        self.elements = elements
        self.stride = stride
        self.column = column
      }

      subscript(row: Int, index: Int) -> Double { Double(elements[row * stride + column + index]) }

      /// The rows from `first` on.
      func from(_ first: Int) -> View {
        View(Array(elements[(first * stride)...]), stride: stride, column: column)
      }

      /// Lends the view, in `precision`.
      func lend<Result>(_ precision: Precision, _ body: (AttentionInput) -> Result) -> Result {
        func view(_ bytes: UnsafeRawBufferPointer) -> AttentionInput {
          let rows = Rows(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), precision)
          return AttentionInput(rows, stride: stride, column: column)
        }
        return precision == .float32
          ? elements.withUnsafeBytes { body(view($0)) }
          : elements.map(bfloat16Bits).withUnsafeBytes { body(view($0)) }
      }
    }

    struct Bias {
      let elements: [Float]
      let headStride: Int
      let queryStride: Int

      subscript(head: Int, query: Int, key: Int) -> Double {
        Double(elements[head * headStride + query * queryStride + key])
      }
    }

    /// Everything that an attention is applied to.
    struct Input {
      var queries, keys, values: View
      var queryOffsets, keyOffsets: [Int]
      var bias: Bias?
      var queryOffset: Int?

      init(
        queries: View, keys: View, values: View, queryOffsets: [Int], keyOffsets: [Int],
        bias: Bias? = nil, queryOffset: Int? = nil
      ) {
        self.queries = queries
        self.keys = keys
        self.values = values
        self.queryOffsets = queryOffsets
        self.keyOffsets = keyOffsets
        self.bias = bias
        self.queryOffset = queryOffset
      }

      /// Self-attention over rows `[3 · width]`.
      init(_ queriesKeysValues: [Float], width: Int, offsets: [Int]) {
        func part(_ index: Int) -> View {
          View(queriesKeysValues, stride: 3 * width, column: index * width)
        }
        self.init(
          queries: part(0), keys: part(1), values: part(2), queryOffsets: offsets,
          keyOffsets: offsets)
      }
    }

    /// By the formula, in double precision.
    static func reference(_ attention: Attention, _ input: Input) -> [Double] {
      var output = [Double](repeating: 0, count: input.queryOffsets.last! * attention.width)
      for i in input.queryOffsets.indices.dropLast() {
        let queries = input.queryOffsets[i]..<input.queryOffsets[i + 1]
        let allKeys = input.keyOffsets[i]..<input.keyOffsets[i + 1]
        let position = input.queryOffset ?? allKeys.count - queries.count
        for head in 0..<attention.heads {
          let channels = head * attention.headSize..<(head + 1) * attention.headSize
          for query in queries {
            let row = query - queries.lowerBound
            let keys = attention.causal ? allKeys.prefix(position + row + 1) : allKeys
            let scores = keys.map { key in
              channels.reduce(0.0) { $0 + input.queries[query, $1] * input.keys[key, $1] }
                * Double(attention.scale) + (input.bias?[head, row, key - keys.lowerBound] ?? 0)
            }
            let largest = scores.max() ?? 0
            let weights = scores.map { exp($0 - largest) }
            let sum = weights.reduce(0, +)
            for (key, weight) in zip(keys, weights) {
              for c in channels {
                output[query * attention.width + c] += weight / sum * input.values[key, c]
              }
            }
          }
        }
      }
      return output
    }

    static func apply(
      _ attention: Attention, _ input: Input, _ kernels: UnsafePointer<vit_kernels>,
      rows: Range<Int>? = nil, heads: Range<Int>? = nil
    ) -> [Float] {
      let count = input.queryOffsets.last! * attention.width
      var output = [Float](repeating: .infinity, count: count)
      output.withUnsafeMutableBytes { output in
        (input.bias?.elements ?? []).withUnsafeBufferPointer { elements in
          let bias = input.bias.map {
            AttentionBias(
              elements.baseAddress!, headStride: $0.headStride, queryStride: $0.queryStride)
          }
          input.queries.lend(attention.precision) { queries in
            input.keys.lend(attention.precision) { keys in
              input.values.lend(attention.precision) { values in
                attention.apply(
                  queries: queries, keys: keys, values: values, bias: bias,
                  queryOffsets: input.queryOffsets, keyOffsets: input.keyOffsets,
                  queryOffset: input.queryOffset, rows: rows, heads: heads,
                  to: Rows(output.baseAddress!, .float32), kernels: kernels)
              }
            }
          }
        }
      }
      return output
    }

    /// Values are below 1. A score, a mean of at most `headSize` products times √headSize, shifts
    /// weights by its own relative error; bfloat16 rounds operands by 2⁻⁹ each.
    static func tolerance(_ attention: Attention) -> Double {
      let unit = attention.precision == .float32 ? 0x1p-23 : 0x1p-8
      return unit * (4 + Double(attention.headSize).squareRoot())
    }

    static func expectAgreement(_ attention: Attention, _ input: Input, _ what: String) {
      let expected = reference(attention, input)
      for kernels in KernelSet.all {
        let result = apply(attention, input, kernels)
        let worst = zip(result, expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst <= tolerance(attention), "\(name(of: kernels)) \(what)")
      }
    }

    @Test(arguments: [Precision.float32, .bfloat16], [false, true])
    func agreesWithDoublePrecision(_ precision: Precision, _ causal: Bool) {
      var random = SplitMix64(state: 6)
      for (heads, headSize) in [(1, 1), (2, 3), (3, 16), (1, 17), (2, 64), (1, 72), (2, 80)] {
        for offsets in [[0, 1, 3], [0, 5, 5, 12], [0, 50], [0, 13, 78], [0, 65]] {
          let qkv = random.floats(offsets.last! * 3 * heads * headSize)
          let attention = Attention(
            heads: heads, headSize: headSize, causal: causal, precision: precision)
          Self.expectAgreement(
            attention, Input(qkv, width: attention.width, offsets: offsets),
            "\(precision) \(heads) heads of \(headSize), \(offsets)")
        }
      }
    }

    /// Queries over other sequences' keys and values, each in its own memory.
    static func crossInput(
      _ attention: Attention, queryOffsets: [Int], keyOffsets: [Int], random: inout SplitMix64
    ) -> Input {
      let width = attention.width
      let mostKeys = zip(keyOffsets, keyOffsets.dropFirst()).map { $1 - $0 }.max()!
      let mostQueries = zip(queryOffsets, queryOffsets.dropFirst()).map { $1 - $0 }.max()!
      let queryStride = mostKeys + 3
      let headStride = mostQueries * queryStride + 5
      return Input(
        queries: View(
          random.floats(queryOffsets.last! * width), width: width, stride: width + 7, column: 5),
        keys: View(
          random.floats(keyOffsets.last! * width), width: width, stride: 2 * width, column: width),
        values: View(
          random.floats(keyOffsets.last! * width), width: width, stride: width + 1, column: 0),
        queryOffsets: queryOffsets, keyOffsets: keyOffsets,
        bias: Bias(
          elements: random.floats(attention.heads * headStride), headStride: headStride,
          queryStride: queryStride))
    }

    @Test(arguments: [Precision.float32, .bfloat16], [false, true])
    func separateInputsAgreeWithDoublePrecision(_ precision: Precision, _ causal: Bool) {
      var random = SplitMix64(state: 9)
      for (heads, headSize) in [(1, 1), (2, 3), (3, 16), (2, 40)] {
        // With a causal mask each query needs a key at its position.
        let all = [([0, 1, 4], [0, 5, 8]), ([0, 7, 7, 20], [0, 7, 9, 60])]
        for (queryOffsets, keyOffsets) in causal ? all : all + [([0, 31, 33], [0, 2, 3])] {
          let attention = Attention(
            heads: heads, headSize: headSize, scale: 0.375, causal: causal, precision: precision)
          var input = Self.crossInput(
            attention, queryOffsets: queryOffsets, keyOffsets: keyOffsets, random: &random)
          let what = "\(precision) \(heads) heads of \(headSize), \(queryOffsets), \(keyOffsets)"
          Self.expectAgreement(attention, input, what)
          input.queryOffset = 0
          Self.expectAgreement(attention, input, "first, " + what)
          input.bias = nil
          Self.expectAgreement(attention, input, "without bias, " + what)
        }
      }
    }

    /// What makes a cache of keys and values possible.
    @Test(arguments: [Precision.float32, .bfloat16])
    func queriesFromSomePositionHaveTheBitsOfTheWhole(_ precision: Precision) {
      var random = SplitMix64(state: 10)
      let tokens = 29
      let attention = Attention(heads: 2, headSize: 18, causal: true, precision: precision)
      let width = attention.width
      let whole = Input(
        random.floats(tokens * 3 * width), width: width, offsets: [0, tokens])
      for kernels in KernelSet.all {
        let expected = Self.apply(attention, whole, kernels)
        for (first, count, queryOffset) in [
          (28, 1, nil), (22, 7, nil), (0, 29, nil), (5, 8, 5), (0, 13, 0),
        ] {
          var part = whole
          part.queries = whole.queries.from(first)
          part.queryOffsets = [0, count]
          part.queryOffset = queryOffset
          let result = Self.apply(attention, part, kernels)
          let rows = expected[(first * width)..<((first + count) * width)]
          #expect(
            result.map(\.bitPattern) == rows.map(\.bitPattern),
            "\(name(of: kernels)) \(count) queries from \(first)")
        }
      }
    }

    /// -∞ is as good as a key that is not there, whatever its value.
    @Test(arguments: [Precision.float32, .bfloat16])
    func aBiasHidesKeys(_ precision: Precision) {
      var random = SplitMix64(state: 11)
      let tokens = 27
      func bias(_ isHidden: (_ query: Int, _ key: Int) -> Bool) -> Bias {
        let elements = (0..<tokens * tokens).map { i -> Float in
          isHidden(i / tokens, i % tokens) ? -.infinity : 0
        }
        return Bias(elements: elements, headStride: 0, queryStride: tokens)
      }
      func attention(causal: Bool) -> Attention {
        Attention(heads: 2, headSize: 8, causal: causal, precision: precision)
      }
      let width = attention(causal: false).width
      var input = Input(
        random.floats(tokens * 3 * width, scale: 3), width: width, offsets: [0, tokens])
      for kernels in KernelSet.all {
        input.bias = bias { _, _ in false }
        let causal = Self.apply(attention(causal: true), input, kernels)
        input.bias = bias { $1 > $0 }
        let hidden = Self.apply(attention(causal: false), input, kernels)
        #expect(hidden.map(\.bitPattern) == causal.map(\.bitPattern), "\(name(of: kernels))")

        input.bias = bias { query, _ in query == 4 }
        let nothing = Self.apply(attention(causal: false), input, kernels)
        for i in nothing.indices {
          #expect(nothing[i].isNaN == (i / width == 4), "\(name(of: kernels)) at \(i)")
        }
      }
    }

    @Test(arguments: Precision.allCases, [false, true])
    func bitsDependOnNeitherBatchNorThreads(_ precision: Precision, _ causal: Bool) {
      SharedPool.exclusively { compareBatches(precision, causal) }
    }

    private func compareBatches(_ precision: Precision, _ causal: Bool) {
      let threads = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.setThreadCount(threads) }
      var random = SplitMix64(state: 7)
      let (tokens, items) = (19, 9)
      let attention = Attention(heads: 3, headSize: 16, causal: causal, precision: precision)
      let width = attention.width
      let each = (0..<items).map { _ in random.floats(tokens * 3 * width) }
      for kernels in KernelSet.all {
        let alone = each.map {
          Self.apply(attention, Input($0, width: width, offsets: [0, tokens]), kernels)
        }
        for count in 1...4 {
          ThreadPool.shared.setThreadCount(count)
          for batch in [1, 2, 5, 9] {
            let order = (0..<batch).map { ($0 * 4 + count) % items }
            let input = Input(
              order.flatMap { each[$0] }, width: width, offsets: (0...batch).map { $0 * tokens })
            let result = Self.apply(attention, input, kernels)
            #expect(result.map(\.bitPattern) == order.flatMap { alone[$0] }.map(\.bitPattern))
          }
        }
      }
    }

    @Test(arguments: [Precision.float32, .bfloat16], [false, true])
    func someRowsOrHeadsHaveTheBitsOfAll(_ precision: Precision, _ causal: Bool) {
      var random = SplitMix64(state: 13)
      let attention = Attention(heads: 2, headSize: 16, causal: causal, precision: precision)
      let offsets = [0, 19, 19, 27, 60]
      let inputs = [
        Input(
          random.floats(60 * 3 * attention.width), width: attention.width, offsets: offsets),
        Self.crossInput(
          attention, queryOffsets: offsets, keyOffsets: [0, 40, 40, 48, 90], random: &random),
      ]
      for (kernels, input) in KernelSet.all.flatMap({ set in inputs.map { (set, $0) } }) {
        let all = Self.apply(attention, input, kernels)
        for rows in [0..<0, 0..<1, 18..<19, 5..<23, 20..<60, 26..<28, 59..<60, 60..<60] {
          let some = Self.apply(attention, input, kernels, rows: rows)
          for i in some.indices {
            // The others are as they were.
            let expected = rows.contains(i / attention.width) ? all[i] : .infinity
            #expect(some[i].bitPattern == expected.bitPattern, "\(name(of: kernels)) \(rows) \(i)")
          }
        }
        for wanted in [0..<0, 0..<1, 1..<2] {
          let some = Self.apply(attention, input, kernels, heads: wanted)
          for i in some.indices {
            let isWanted = wanted.contains(i / attention.headSize % attention.heads)
            let expected = isWanted ? all[i] : .infinity
            #expect(
              some[i].bitPattern == expected.bitPattern, "\(name(of: kernels)) \(wanted) \(i)")
          }
        }
      }
    }

    /// A bias is no excuse for a score that is none.
    @Test(arguments: [Precision.float32, .bfloat16], [Float.nan, .infinity, -.infinity])
    func whatIsNotANumberIsSeen(_ precision: Precision, _ bad: Float) {
      var random = SplitMix64(state: 8)
      let tokens = 9
      let attention = Attention(heads: 2, headSize: 16, causal: false, precision: precision)
      let width = attention.width
      var qkv = random.floats(2 * tokens * 3 * width)
      qkv[4 * 3 * width + width + 3] = bad  // a key of the first sequence's first head
      var input = Input(qkv, width: width, offsets: [0, tokens, 2 * tokens])
      for bias in [nil, Bias(elements: random.floats(tokens), headStride: 0, queryStride: 0)] {
        input.bias = bias
        for kernels in KernelSet.all {
          let result = Self.apply(attention, input, kernels)
          for i in result.indices {
            let hit = i < tokens * width && i % width < attention.headSize
            #expect(result[i].isNaN == hit, "\(name(of: kernels)) \(precision) at \(i)")
          }
        }
      }
    }
  }
}
