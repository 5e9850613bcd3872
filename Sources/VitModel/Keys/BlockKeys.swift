import VitCheckpoint

/// Where a layout keeps the tensors of one Transformer block, relative to the block's scope.
///
/// Each name is without `.weight` and `.bias`, unless the layout spells those otherwise.
package struct BlockKeys: Sendable {
  /// How query, key and value are stored.
  enum QueryKeyValue: Sendable {
    /// Three linear layers.
    case separate(query: String, key: String, value: String)
    /// One matrix whose rows are query, key, value, with its full weight and bias names.
    case joined(weight: String, bias: String)
  }

  let norm1: String
  let queryKeyValue: QueryKeyValue
  let outputProjection: String
  let norm2: String
  let feedForward1: String
  let feedForward2: String
  /// Full names of the layer-scale vectors, where the family can have them.
  var layerScale1: String?
  var layerScale2: String?
}

extension ParameterReader {
  /// A block, found in this scope.
  func block(_ keys: BlockKeys, _ form: BlockForm) throws -> BlockParameters<Parameter> {
    let width = form.width
    func scale(_ name: String?) throws -> Parameter? {
      try form.hasLayerScale ? name.map { try parameter($0, [width]) } : nil
    }
    let hiddenSize = form.feedForward.hiddenSize
    let (query, key, value) = try queryKeyValue(keys.queryKeyValue, form)
    return BlockParameters(
      norm1: try norm(keys.norm1, size: width),
      attention: AttentionParameters(
        query: query, key: key, value: value,
        output: try linear(keys.outputProjection, output: width, input: width)),
      scale1: try scale(keys.layerScale1),
      norm2: try norm(keys.norm2, size: width),
      feedForward: FeedForwardParameters(
        first: try linear(keys.feedForward1, output: hiddenSize, input: width),
        second: try linear(keys.feedForward2, output: width, input: hiddenSize)),
      scale2: try scale(keys.layerScale2))
  }

  private typealias Projection = LinearParameters<Parameter>

  private func queryKeyValue(
    _ keys: BlockKeys.QueryKeyValue, _ form: BlockForm
  ) throws -> (query: Projection, key: Projection, value: Projection) {
    let width = form.width
    switch keys {
    case .joined(let weight, let bias):
      return try thirds(
        of: weight, bias: form.attention.hasQueryKeyValueBias ? bias : nil, width: width)
    case .separate(let query, let key, let value):
      // A conversion packs the three as one, under the first one's name.
      if isPacked("\(query).weight") {
        var (first, second, third) = try thirds(of: "\(query).weight", bias: nil, width: width)
        if form.attention.hasQueryKeyValueBias {
          first.bias = try parameter("\(query).bias", [width])
          second.bias = try parameter("\(key).bias", [width])
          third.bias = try parameter("\(value).bias", [width])
        }
        return (first, second, third)
      }
      func layer(_ name: String) throws -> Projection {
        try linear(name, output: width, input: width, bias: form.attention.hasQueryKeyValueBias)
      }
      return (try layer(query), try layer(key), try layer(value))
    }
  }

  /// The three parts of a matrix `[3 · width, width]` and of its bias.
  private func thirds(
    of weight: String, bias: String?, width: Int
  ) throws -> (Projection, Projection, Projection) {
    let bias = try bias.map { try parameter($0, [3 * width]) }
    let weight = try parameter(weight, [3 * width, width], isLayer: true)
    func third(_ index: Int) -> Projection {
      let rows = index * width..<(index + 1) * width
      return LinearParameters(
        weight: Parameter(
          name: weight.name, storedShape: weight.storedShape, rows: rows, shape: [width, width]),
        bias: bias.map {
          Parameter(name: $0.name, storedShape: $0.storedShape, rows: rows, shape: [width])
        })
    }
    return (third(0), third(1), third(2))
  }
}
