import VitTensor

/// A dense array of float32 in row-major order and, where a tape records it, its place there.
///
/// A value: operations make new tensors and change none. Slices of rows and reshaped tensors share
/// the storage of what they were made of.
package struct Tensor: Sendable {
  package let shape: [Int]
  /// The elements are `storage[start..<start + count]`.
  private let storage: [Float]
  private let start: Int
  let place: Tape.Place?

  private init(shape: [Int], storage: [Float], start: Int, place: Tape.Place?) {
    self.shape = shape
    self.storage = storage
    self.start = start
    self.place = place
  }

  /// - Parameter values: In row-major order, as many as the shape has elements.
  package init(_ values: [Float], shape: [Int]) {
    precondition(
      values.count == Self.count(of: shape),
      "a tensor of the shape \(shape) is made of \(Self.count(of: shape)) values, not \(values.count)"
    )
    self.init(shape: shape, storage: values, start: 0, place: nil)
  }

  package init(zeros shape: [Int]) {
    self.init([Float](repeating: 0, count: Self.count(of: shape)), shape: shape)
  }

  /// A tensor `[rows, width]` whose rows `fill` writes, on the threads of the shared pool.
  ///
  /// - Parameter fill: Called once for each row, in any order and at the same time; the row's
  ///   elements are zero before.
  init(
    rows: Int, width: Int, fill: (_ row: Int, _ output: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    var values = [Float](repeating: 0, count: rows * width)
    values.withUnsafeMutableBufferPointer { values in
      let output = values
      ThreadPool.shared.run(count: rows) { row in
        fill(row, UnsafeMutableBufferPointer(rebasing: output[row * width..<(row + 1) * width]))
      }
    }
    self.init(values, shape: [rows, width])
  }

  package var count: Int { Self.count(of: shape) }

  /// The elements in row-major order; a copy where the tensor is a slice.
  package var values: [Float] {
    storage.count == count ? storage : Array(storage[start..<start + count])
  }

  /// The element at an index in row-major order.
  subscript(index: Int) -> Float { storage[start + index] }

  func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
    // An array without elements may have no address; nothing is read of this one.
    guard count > 0 else { return withUnsafePointer(to: 0, body) }
    return storage.withUnsafeBufferPointer { body($0.baseAddress! + start) }
  }

  /// The size of the last axis.
  package var width: Int { shape[shape.count - 1] }

  /// The rows of a matrix, and of a tensor with more axes the product of all but the last.
  package var rowCount: Int { Self.count(of: shape.dropLast()) }

  var isMatrix: Bool { shape.count == 2 }

  /// The same storage seen in another way, without a place on a tape.
  func view(shape: [Int], skipping elements: Int = 0) -> Tensor {
    precondition(elements + Self.count(of: shape) <= count)
    return Tensor(shape: shape, storage: storage, start: start + elements, place: nil)
  }

  func placed(at place: Tape.Place) -> Tensor {
    Tensor(shape: shape, storage: storage, start: start, place: place)
  }

  private static func count(of shape: some Collection<Int>) -> Int {
    shape.reduce(1) { count, size in
      precondition(size >= 0, "the shape \(shape) has a negative size")
      return count * size
    }
  }
}
