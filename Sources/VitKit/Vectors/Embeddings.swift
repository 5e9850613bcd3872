import VitSystem
import VitTensor

/// Many vectors of one length with a name each: rows of float32, one after the other in memory or in
/// the mapped parts of a folder.
///
/// ```swift
/// let photos = try Embeddings(contentsOf: "vectors/")
/// let query = try Embeddings(names: ["query"], vectors: [model.embed(text: "a beach")])
/// for near in try photos.nearest(to: query, count: 5)[0] { print(near.name, near.cosine) }
/// ```
///
/// It is an immutable value: copies share the memory, and any number of tasks may search it at once.
/// Vectors may have any length but 0; cosines are computed as if it were 1.
public struct Embeddings: Sendable {
  /// The number of vectors.
  public let count: Int
  /// Numbers of a vector.
  public let size: Int
  package let provenance: ExactDictionary<String>
  let rows: EmbeddingRows
  /// What errors about all vectors call them; nil for those that were handed in.
  var origin: String?
  /// What is to be told of the file: that its rows have no names of their own.
  public internal(set) var notice: String?
  /// Whether the run that made them went to its end. Set it to false before what an interrupted run has
  /// done is written, and readers of the file will know.
  public var isComplete = true

  /// Vectors in memory.
  ///
  /// O(count × size); the numbers are copied.
  ///
  /// - Parameters:
  ///   - names: one for each vector; they need not differ.
  ///   - vectors: `[name][size]`, all of one length.
  ///   - madeWith: what made them, to be saved with them.
  /// - Throws: `RequestError.invalidArgument` where counts or lengths differ; `InputError.notFinite`,
  ///   with the vector's name, where it holds NaN or infinity or is of length 0.
  public init(
    names: [String], vectors: [[Float]], madeWith: [String: String] = [:]
  ) throws {
    let size = vectors.first?.count ?? 0
    guard names.count == vectors.count else {
      throw RequestError(
        .invalidArgument, reason: "\(names.count) names for \(vectors.count) vectors",
        remedy: "give each vector one name")
    }
    guard size > 0 || vectors.isEmpty else {
      throw RequestError(
        .invalidArgument, reason: "the vector of \(names[0]) has no numbers",
        remedy: "give vectors of a model")
    }
    if let other = vectors.firstIndex(where: { $0.count != size }) {
      throw RequestError(
        .invalidArgument,
        reason: "the vector of \(names[other]) has \(vectors[other].count) numbers, others \(size)",
        remedy: "compare vectors of one model")
    }
    let buffer = try FloatBuffer(count: vectors.count * size)
    for (row, vector) in vectors.enumerated() {
      (buffer.pointer + row * size).update(from: vector, count: size)
    }
    try self.init(
      names: names, buffer: buffer, size: size,
      provenance: ExactDictionary(madeWith.map { ($0.key, $0.value) }))
  }

  /// Vectors in memory, row after row.
  ///
  /// O(count × size); the numbers are copied.
  ///
  /// - Parameters:
  ///   - names: one for each vector; they need not differ.
  ///   - values: `[name × size]`, row-major.
  ///   - size: numbers of a vector.
  ///   - madeWith: what made them, to be saved with them.
  /// - Throws: as `init(names:vectors:madeWith:)`.
  public init(
    names: [String], values: [Float], size: Int, madeWith: [String: String] = [:]
  ) throws {
    guard size > 0 || values.isEmpty,
      names.count.multipliedReportingOverflow(by: size) == (values.count, false)
    else {
      throw RequestError(
        .invalidArgument,
        reason: "\(values.count) numbers are not \(names.count) vectors of \(size)",
        remedy: "give `size` numbers for each name")
    }
    try self.init(
      names: names, values: values, size: size,
      provenance: ExactDictionary(madeWith.map { ($0.key, $0.value) }))
  }

  init(
    names: [String], values: [Float], size: Int, provenance: ExactDictionary<String>
  ) throws {
    let buffer = try FloatBuffer(count: values.count)
    buffer.pointer.update(from: values, count: values.count)
    try self.init(names: names, buffer: buffer, size: size, provenance: provenance)
  }

  private init(
    names: [String], buffer: FloatBuffer, size: Int, provenance: ExactDictionary<String>
  ) throws {
    (count, self.size, self.provenance) = (names.count, size, provenance)
    rows = .memory(names: names, values: buffer)
    for row in 0..<count where !scale(ofRow: row).isFinite { throw try unusable(row: row) }
  }

  init(_ folder: VectorFolder) {
    (count, size, provenance) = (folder.count, folder.embeddingSize, folder.madeWith)
    rows = .folder(folder)
    origin = folder.path
  }

  /// What made the vectors, as saved with them: `model`, `weights_sha256`, `precision` and so on;
  /// empty where not known.
  public var madeWith: [String: String] {
    // Our own keys are ASCII; a stranger's may be costly to hash.
    Dictionary(
      provenance.filter { $0.key.utf8.allSatisfy { $0 < 0x80 } }.map { ($0.key, $0.value) },
      uniquingKeysWith: { first, _ in first })
  }

  /// A vector, as it was handed in or saved.
  ///
  /// - Precondition: `row` is 0 up to `count`.
  public func vector(_ row: Int) -> [Float] {
    precondition((0..<count).contains(row), "there is no row \(row) in \(count) vectors")
    return withRow(row) { Array(UnsafeBufferPointer(start: $0, count: size)) }
  }

  /// The names of all vectors, in order.
  ///
  /// O(count): a folder's are read from its parts on each call.
  ///
  /// - Throws: `InputError.damaged` where a folder's lines are.
  public var names: [String] {
    get throws { try names(ofRows: 0..<count) }
  }

  /// The names of some vectors, in the order asked; of a folder only the parts that hold them are read.
  ///
  /// - Precondition: each row is 0 up to `count`.
  /// - Throws: `InputError.damaged` where a folder's lines are.
  public func names(ofRows rows: some Sequence<Int>) throws -> [String] {
    switch self.rows {
    case .memory(let names, _): rows.map { names[$0] }
    case .folder(let folder): try folder.inputs(ofRows: Array(rows))
    }
  }
}

/// Where rows lie.
enum EmbeddingRows: Sendable {
  case memory(names: [String], values: FloatBuffer)
  case folder(VectorFolder)
}

extension Embeddings {
  /// Calls `body` with the `size` numbers of a row.
  func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Float>) throws -> Result) rethrows
    -> Result
  {
    switch rows {
    case .memory(_, let values):
      defer { withExtendedLifetime(values) {} }
      return try body(values.pointer + row * size)
    case .folder(let folder): return try folder.withRow(row, body)
    }
  }

  /// 1 / length of a row; infinity or NaN where it has no direction.
  func scale(ofRow row: Int) -> Float { withRow(row) { Self.scale($0, size: size) } }

  static func scale(_ vector: UnsafePointer<Float>, size: Int) -> Float {
    let square = dotProduct(vector, vector, count: size)
    if square.isNormal { return 1 / square.squareRoot() }
    // Squares leave float32's range long before lengths do.
    let exact = UnsafeBufferPointer(start: vector, count: size).reduce(0.0) {
      $0 + Double($1) * Double($1)
    }
    let scale = 1 / exact.squareRoot()
    return exact.isFinite && scale <= Double(Float.greatestFiniteMagnitude) ? Float(scale) : .nan
  }

  /// Writes rows, each scaled to length 1, one after the other.
  ///
  /// - Returns: the first row that has no direction, if any.
  func copyNormalized(_ range: Range<Int>, to target: UnsafeMutablePointer<Float>) -> Int? {
    var broken: Int?
    forEachStretch(of: range) { source, stretch in
      for row in stretch where broken == nil {
        let source = source + (row - stretch.lowerBound) * size
        let target = target + (row - range.lowerBound) * size
        let scale = Self.scale(source, size: size)
        for index in 0..<size { target[index] = source[index] * scale }
        if !scale.isFinite { broken = row }
      }
    }
    return broken
  }

  /// Calls `body` with each stretch of a range whose rows lie one after the other in memory.
  private func forEachStretch(
    of range: Range<Int>, _ body: (UnsafePointer<Float>, Range<Int>) -> Void
  ) {
    switch rows {
    case .memory(_, let values):
      body(values.pointer + range.lowerBound * size, range)
      withExtendedLifetime(values) {}
    case .folder(let folder): folder.forEachStretch(of: range, body)
    }
  }

  /// Gives back the memory of mapped rows, of the parts that end within a range.
  func releasePages(of range: Range<Int>) {
    if case .folder(let folder) = rows { folder.releasePages(of: range) }
  }

  /// - Throws: `VectorFolderError.unusable` where mapped rows that were read were no longer there.
  func checkIntact(of range: Range<Int>) throws {
    if case .folder(let folder) = rows { try folder.checkIntact(of: range) }
  }

  /// What is wrong with a row that has no direction.
  func unusable(row: Int) throws -> InputError {
    let name = try names(ofRows: CollectionOfOne(row))[0]
    let isZero = vector(row).allSatisfy { $0 == 0 }
    return InputError(
      name, .notFinite,
      reason: isZero
        ? "its vector has the length 0, which has no cosine"
        : "its vector holds what is no number (NaN or infinity)",
      remedy: "embed it again")
  }
}

extension Embeddings {
  /// `[count][size]`, each of length 1.
  func normalizedRows() throws -> [[Float]] {
    try (0..<count).map { row in
      let scale = scale(ofRow: row)
      guard scale.isFinite else { throw try unusable(row: row) }
      return vector(row).map { $0 * scale }
    }
  }
}
