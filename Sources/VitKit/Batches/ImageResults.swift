import VitSystem

/// The results of many images, in the order of the inputs, while they are computed.
///
/// ```swift
/// for try await image in model.embeddings(of: sources) {
///   switch image.result {
///   case .success(let vector): store(vector, as: image.name)
///   case .failure(let error): print(error)
///   }
/// }
/// ```
///
/// Images are read, decoded and computed by threads of the library's own, ahead of whoever reads the
/// results, but not far: when some 4 × batch size × threads results wait, work pauses. So any number of
/// images takes bounded memory, and Swift's cooperative threads compute nothing.
///
/// Work begins with the first result that is asked for. It ends where the task is cancelled, within a
/// batch too, and `next()` then throws `CancellationError`; where the loop is left, what is in flight is
/// dropped. Each iteration does the work anew.
public struct ImageResults<Value: Sendable>: AsyncSequence, Sendable {
  public typealias Element = ImageResult<Value>

  /// Starts the work that fills a channel, and returns it.
  let begin: @Sendable () -> ResultChannel<Element>

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(begin: begin) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let begin: @Sendable () -> ResultChannel<Element>
    private var reader: ResultReader<Element>?

    init(begin: @escaping @Sendable () -> ResultChannel<Element>) { self.begin = begin }

    /// The next result; nil at the end.
    ///
    /// - Throws: `CancellationError` where the task was cancelled; `RequestError` where the model cannot
    ///   do what was asked of any image.
    public mutating func next() async throws -> Element? {
      if reader == nil { reader = ResultReader(begin()) }
      return try await reader?.channel.next()
    }
  }

  /// Calls `body` with each result, in order, in the calling thread: the same without `async`.
  ///
  /// - Throws: what `body` throws, which ends the work; `CancellationError` where the calling task, if
  ///   any, was cancelled; `RequestError` where the model cannot do what was asked of any image.
  public func forEach(_ body: (Element) throws -> Void) throws {
    let reader = ResultReader(begin())
    while let result = try reader.channel.waitForNext() {
      if Task.isCancelled { throw CancellationError() }
      try body(result)
    }
  }

  /// The values of all images, in order.
  ///
  /// - Throws: the `InputError` of the first image that failed; as `forEach` otherwise.
  func values() throws -> [Value] {
    var values: [Value] = []
    try forEach { values.append(try $0.get()) }
    return values
  }

  /// As `values()`, without blocking the calling task's thread.
  func values() async throws -> [Value] {
    var values: [Value] = []
    for try await image in self { values.append(try image.get()) }
    return values
  }
}

/// Ends the work of a channel when nobody reads it any more.
private final class ResultReader<Element: Sendable>: Sendable {
  let channel: ResultChannel<Element>

  init(_ channel: ResultChannel<Element>) { self.channel = channel }

  deinit { channel.cancel() }
}
