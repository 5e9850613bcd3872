import VitTensor

/// Moves the outlying channels of what a layer reads into its weight, for int8:
///
///     y = x Wᵀ = (x / s)(W s)ᵀ,  sⱼ = √((aⱼ / a) / (wⱼ / w))
///
/// where aⱼ is how large channel j of x gets, wⱼ = max |W·ⱼ|, and a and w are those of ordinary
/// channels: SmoothQuant (Xiao et al. 2023, equation 4) with α = ½, each s rounded to a power of two so
/// that nothing else changes. In int8 a row of x has one scale for all channels, which a channel a
/// thousand times larger than the others would leave nothing of; a norm's weight and the layer behind it
/// can be scaled against each other so without a change of the function.
///
/// Only channels `outlier` times larger than ordinary ones are moved: models as they are trained mostly
/// have none, and keep their bits.
enum ChannelBalance {
  /// Vision Transformers' norms reach 4 times the ordinary.
  static let outlier: Float = 16

  /// - Parameters:
  ///   - magnitudes: a, of each input of the layer.
  ///   - columns: w, of each input; asked for where there are outliers.
  /// - Returns: s, powers of two and at least 1; nil where no channel is moved.
  static func factors(
    magnitudes: [Float], columns: () throws -> [Float]
  ) rethrows -> [Float]? {
    guard magnitudes.allSatisfy(\.isFinite), !magnitudes.isEmpty else { return nil }
    // Many channels may be outliers; not seven of eight.
    let ordinary = magnitudes.sorted()[magnitudes.count / 8]
    let isOutlier = magnitudes.map { $0 / outlier > ordinary }
    guard ordinary > 0, isOutlier.contains(true) else { return nil }
    let columns = try columns()
    let ordinaryColumns = columns.indices.filter { !isOutlier[$0] }.map { Double(columns[$0]) }
    let ordinaryColumn = ordinaryColumns.reduce(0, +) / Double(ordinaryColumns.count)
    guard ordinaryColumn.isFinite, ordinaryColumn > 0 else { return nil }
    return magnitudes.indices.map { channel in
      guard isOutlier[channel] else { return 1 }
      let larger = Double(magnitudes[channel]) / Double(ordinary)
      let column = Double(columns[channel]) / ordinaryColumn
      // Not below the ordinary ones, even where the weights are next to nothing.
      let factor = column > 0 ? min(larger, (larger / column).squareRoot()) : larger
      // The nearest power: the exponent of √2 · factor.
      let power = max(0, min(100, Int((factor * 2.0.squareRoot()).exponent)))
      return Float(sign: .plus, exponent: power, significand: 1)
    }
  }
}

extension PlanBuilder {
  /// s of what `norm` hands to `layers`: its weight and bias are to be divided by it, the layers' columns
  /// multiplied. Nil where no channel is moved.
  func balance(
    _ norm: NormParameters<Parameter>, before layers: [LinearParameters<Parameter>]
  ) throws -> [Float]? {
    guard packsInt8(layers[0]) else { return nil }
    return try ChannelBalance.factors(magnitudes: try magnitudes(norm)) {
      try largestOfColumns(layers)
    }
  }

  /// s of what attention hands to its output projection, sums of values over tokens: the rows of
  /// `values` and its bias are to be divided by it, the projection's columns multiplied.
  ///
  /// - Parameter norm: Of what the values are made of.
  func balance(
    values: LinearParameters<Parameter>, of norm: NormParameters<Parameter>,
    before output: LinearParameters<Parameter>
  ) throws -> [Float]? {
    guard packsInt8(output), packsInt8(values) else { return nil }
    let inputs = try magnitudes(norm)
    var magnitudes =
      try values.bias.map { try parameters.values($0).map(abs) }
      ?? [Float](repeating: 0, count: values.outputSize)
    try withWeight([values]) { weight in
      for row in magnitudes.indices {
        var squares: Float = 0
        for column in inputs.indices {
          let product = weight[row * inputs.count + column] * inputs[column]
          squares += product * product
        }
        magnitudes[row] += squares.squareRoot()
      }
    }
    return try ChannelBalance.factors(magnitudes: magnitudes) { try largestOfColumns([output]) }
  }

  /// Normalised inputs have a variance of one.
  private func magnitudes(_ norm: NormParameters<Parameter>) throws -> [Float] {
    zip(try parameters.values(norm.weight), try parameters.values(norm.bias)).map {
      abs($0) + abs($1)
    }
  }

  private func largestOfColumns(_ layers: [LinearParameters<Parameter>]) throws -> [Float] {
    var largest = [Float](repeating: 0, count: layers[0].inputSize)
    let rows = layers.reduce(0) { $0 + $1.outputSize }
    try withWeight(layers) { weight in
      for row in 0..<rows {
        for column in largest.indices {
          largest[column] = max(largest[column], abs(weight[row * largest.count + column]))
        }
      }
    }
    return largest
  }
}
