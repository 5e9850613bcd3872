import VitSystem

/// What the libFuzzer targets share: how an input is handed over, and what is told of a run.
///
/// libFuzzer runs on one thread.
public final class FuzzHarness {
  private var executions = 0
  private var notes: [(text: String, count: Int)]

  /// What is printed when the process ends.
  nonisolated(unsafe) private static var current: FuzzHarness?

  /// - Parameter notes: What inputs are counted by, as a run's last line says it: "gave tensors".
  public init(_ notes: String...) {
    self.notes = notes.map { ($0, 0) }
    Self.current = self
    ProcessExit.register { FuzzHarness.current?.report() }
  }

  /// Counts the input. Whether a change got anywhere is seen by these counts alone.
  public func note(_ text: String) {
    guard let index = notes.firstIndex(where: { $0.text == text }) else {
      preconditionFailure("\(text) is not among this harness's notes")
    }
    notes[index].count += 1
  }

  /// Calls `body` with one input, unless it is empty; the result is what libFuzzer wants back.
  public func execute(
    _ start: UnsafePointer<UInt8>?, _ count: Int,
    _ body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows -> CInt {
    guard let start, count > 0 else { return 0 }
    executions += 1
    try withExactCopy(of: UnsafeRawBufferPointer(start: start, count: count), body)
    return 0
  }

  private func report() {
    let counts = notes.map { "\($0.count) \($0.text)" }.joined(separator: ", ")
    print("executions \(executions), of which \(counts)")
  }
}

/// Calls `body` with a copy in memory of exactly this size, so that the address sanitiser sees a
/// read past the end.
public func withExactCopy(
  of bytes: UnsafeRawBufferPointer, _ body: (UnsafeMutableRawBufferPointer) throws -> Void
) rethrows {
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
  defer { copy.deallocate() }
  copy.copyMemory(from: bytes)
  try body(copy)
}
