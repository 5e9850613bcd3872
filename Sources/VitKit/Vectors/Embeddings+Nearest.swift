extension Embeddings {
  /// A vector that is near to a query.
  public struct Neighbor: Sendable, Equatable {
    /// Its place among the vectors, from 0.
    public let row: Int
    public let name: String
    /// -1 to 1.
    public let cosine: Float
  }

  /// For each query the vectors of the largest cosine with it, best first, equal ones in their order.
  ///
  /// Blocks of vectors are multiplied with blocks of queries, by all threads, and only the best of
  /// each query are kept: O(count × queries × size) time, and memory for the blocks and the results,
  /// so that a folder larger than the memory can be searched.
  ///
  /// - Parameters:
  ///   - queries: vectors of the same model.
  ///   - count: the most for each query; nil for all that reach `threshold`.
  ///   - threshold: the least cosine; nil for any.
  ///   - leavesOutSameName: whether a vector of the query's own name is no answer; where several have
  ///     one name, none of them is.
  ///   - progress: called now and then with the share that is done, 0 to 1.
  /// - Throws: `InputError.notFinite`, with the vector's name, for NaN, infinity or length 0;
  ///   `.mismatched` where vectors are of two models or of different lengths; `CancellationError` where
  ///   the task is cancelled; `RequestError.invalidArgument` for a negative count, or a threshold that is
  ///   no number.
  public func nearest(
    to queries: Embeddings, count: Int? = nil, threshold: Float? = nil,
    leavesOutSameName: Bool = false, progress: ((Double) -> Void)? = nil
  ) throws -> [[Neighbor]] {
    try nearest(
      to: queries, count: count, threshold: threshold,
      leavingOut: leavesOutSameName ? .sameName : .nothing, isCancelled: { Task.isCancelled },
      progress: progress)
  }

  /// For each vector the others of the largest cosine with it, best first, equal ones in their order;
  /// the vector itself is left out. A pair that is near stands twice, among the neighbours of both.
  ///
  /// As `nearest(to:count:threshold:leavesOutSameName:progress:)` with the vectors as queries.
  public func nearestOthers(
    count: Int? = nil, threshold: Float? = nil, progress: ((Double) -> Void)? = nil
  ) throws -> [[Neighbor]] {
    try nearest(
      to: self, count: count, threshold: threshold, leavingOut: .sameRow,
      isCancelled: { Task.isCancelled }, progress: progress)
  }

  package enum LeftOut: Sendable { case nothing, sameRow, sameName }

  package func nearest(
    to queries: Embeddings, count: Int?, threshold: Float?, leavingOut: LeftOut,
    isCancelled: () -> Bool, progress: ((Double) -> Void)? = nil
  ) throws -> [[Neighbor]] {
    try RequestError.require("count", count, in: 0...(.max))
    if let threshold, threshold.isNaN {
      throw RequestError(
        .invalidArgument, reason: "the threshold is not a number",
        remedy: "give the least cosine, -1 to 1")
    }
    try requireComparable(queries)
    let search = NearestSearch(
      rows: self, queries: queries, count: count ?? .max, threshold: threshold,
      leavingOut: leavingOut)
    let best = try search.run(isCancelled: isCancelled, progress: progress)
    let names = try names(ofRows: best.lazy.joined().map(\.row))
    var position = 0
    return best.map { entries in
      entries.map { entry in
        defer { position += 1 }
        return Neighbor(row: entry.row, name: names[position], cosine: entry.score)
      }
    }
  }

  /// Refuses to compare vectors of two models: their cosines would mean nothing.
  package func requireComparable(_ other: Embeddings) throws {
    guard count > 0, other.count > 0 else { return }
    try requireComparable(ModelIdentity(madeWith: other.provenance), size: other.size)
  }

  /// - Parameter other: the model that made the others.
  package func requireComparable(_ other: ModelIdentity, size others: Int) throws {
    let origin = origin ?? "the vectors"
    let differences = ModelIdentity(madeWith: provenance).differences(from: other)
    guard differences.isEmpty else {
      throw InputError(
        origin, .mismatched,
        reason: "made by another model (\(differences.joined(separator: ", ")))",
        remedy: "embed the inputs again, or compare them by the model that made them")
    }
    guard size == others else {
      throw InputError(
        origin, .mismatched, reason: "vectors of \(size) numbers, where the others have \(others)",
        remedy: "compare vectors of one model")
    }
  }
}
