/// Where a layout keeps the tensors of one encoder block, relative to the block's scope.
///
/// Each name is without `.weight` and `.bias`, unless the layout spells those otherwise.
package struct BlockKeys: Sendable {
  /// How query, key and value are stored.
  enum QueryKeyValue: Sendable {
    /// Three linear layers.
    case separate(query: String, key: String, value: String)
    /// One matrix whose rows are query, key, value, with its full weight and bias names.
    case packed(weight: String, bias: String)
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

/// Where a layout keeps the tensors of an image tower, relative to the tower's scope.
package struct VisionKeys: Sendable {
  /// Full names.
  let patchWeight: String
  let patchBias: String
  let classToken: String
  var distillationToken: String?
  var registerTokens: String?
  let positions: String
  /// Without `.weight` and `.bias`.
  var normBeforeBlocks: String?
  var finalNorm: String?
  var pooledNorm: String?
  /// The scope of block i is this and the number.
  let blocks: String
  var block: BlockKeys
}
