import Testing

@testable import VitOperations

@Suite struct GridResizingTests {
  typealias Grid = (height: Int, width: Int)

  private static let all: [PositionInterpolation] = [.bicubic, .bicubicAntialiased, .linear]

  /// The weight of each source position in each output, in double precision, from the kernels'
  /// definitions: positions beyond the edge stand for the edge, but where weights are renormalised.
  private static func weights(
    _ interpolation: PositionInterpolation, from source: Int, to target: Int
  ) -> [[Double]] {
    func keys(_ distance: Double, _ a: Double) -> Double {
      let x = abs(distance)
      if x >= 2 { return 0 }
      return x < 1
        ? (a + 2) * x * x * x - (a + 3) * x * x + 1
        : a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a
    }
    let scale = Double(source) / Double(target)
    return (0..<target).map { output in
      let position = (Double(output) + 0.5) * scale - 0.5
      var row = [Double](repeating: 0, count: source)
      if interpolation == .bicubicAntialiased {
        row = (0..<source).map { keys((Double($0) - position) / max(scale, 1), -0.5) }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      }
      for index in -4..<source + 4 {
        let distance = Double(index) - position
        row[min(max(index, 0), source - 1)] +=
          interpolation == .linear ? max(0, 1 - abs(distance)) : keys(distance, -0.75)
      }
      return row
    }
  }

  @Test(arguments: all)
  func isTheProductWithTheKernelsWeights(_ interpolation: PositionInterpolation) {
    let grids: [(Grid, Grid)] = [
      ((7, 7), (14, 14)), ((14, 14), (7, 10)), ((3, 5), (4, 2)), ((5, 1), (8, 1)), ((6, 1), (2, 1)),
      ((1, 1), (2, 3)),
    ]
    var random = SplitMix64(state: 7)
    let channels = 3
    for (source, target) in grids {
      let table = random.tensor([source.height * source.width, channels])
      let result = resizedGrid(table, from: source, to: target, interpolation)
      #expect(result.shape == [target.height * target.width, channels])
      let vertical = Self.weights(interpolation, from: source.height, to: target.height)
      let horizontal = Self.weights(interpolation, from: source.width, to: target.width)
      let x = table.doubles
      let expected = vertical.flatMap { rows in
        horizontal.flatMap { columns in
          (0..<channels).map { channel in
            var sum = 0.0
            for (y, row) in rows.enumerated() {
              for (z, column) in columns.enumerated() {
                sum += row * column * x[(y * source.width + z) * channels + channel]
              }
            }
            return sum
          }
        }
      }
      // Positions are computed in float32, whose errors the kernels' slopes of up to 2 enlarge.
      #expect(result.worstDifference(from: expected) < 1e-5, "\(source) to \(target)")
    }
  }

  /// The first row of ONNX's test `resize_upsample_scales_cubic`, whose coordinates and kernel are
  /// PyTorch's.
  @Test func bicubicIsTheReferencesOfONNX() {
    let table = Tensor((1...16).map { Float($0) }, shape: [16, 1])
    let result = resizedGrid(table, from: (4, 4), to: (8, 8), .bicubic)
    #expect(
      result.rows(0..<8).values == [
        0.47265625, 0.76953125, 1.24609375, 1.875, 2.28125, 2.91015625, 3.38671875, 3.68359375,
      ])
  }

  @Test(arguments: all)
  func theSameGridKeepsTheTable(_ interpolation: PositionInterpolation) {
    let table = Tensor([1, -2, .infinity, 4], shape: [2, 2])
    #expect(resizedGrid(table, from: (2, 1), to: (2, 1), interpolation).values == table.values)
  }

  @Test(arguments: all)
  func backwardIsTheTranspose(_ interpolation: PositionInterpolation) throws {
    var random = SplitMix64(state: 8)
    let grids: [(Grid, Grid)] = [((3, 4), (5, 2)), ((2, 2), (7, 3))]
    for (source, target) in grids {
      let tape = Tape()
      let table = tape.watch(random.tensor([source.height * source.width, 2]))
      let result = resizedGrid(table, from: source, to: target, interpolation)
      let seed = random.tensor(result.shape)
      let gradient = try #require(try tape.gradients(of: result, seed: seed)[table])
      // (V ⊗ H) is linear: its matrix is what it makes of unit vectors.
      let expected = (0..<table.count).map { index in
        var unit = Tensor(zeros: table.shape).values
        unit[index] = 1
        let column = resizedGrid(
          Tensor(unit, shape: table.shape), from: source, to: target, interpolation)
        return zip(column.doubles, seed.doubles).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(gradient.worstDifference(from: expected) < 1e-6)
    }
  }
}
