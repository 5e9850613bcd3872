/// Numbers read from an array file.
package struct NPYArray: Sendable, Equatable {
  package let shape: [Int]
  /// In row-major order.
  package let values: [Float]
}
