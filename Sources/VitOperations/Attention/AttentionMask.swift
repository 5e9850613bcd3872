/// Which keys of its sequence a query sees.
package enum AttentionMask: Sendable, Equatable {
  case none
  /// Query i sees the keys up to number i + `queryOffset`: 0 where queries and keys are of the same
  /// tokens, and where the keys of earlier tokens are kept, the number of those.
  case causal(queryOffset: Int)

  /// The first so many keys are seen.
  func visibleKeys(query: Int, of keys: Int) -> Int {
    switch self {
    case .none: keys
    case .causal(let queryOffset): max(0, min(query + queryOffset + 1, keys))
    }
  }
}
