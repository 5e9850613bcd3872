/// A grid of patches that a position table was made for.
package struct PositionGrid: Sendable, Equatable {
  package let height: Int
  package let width: Int
}
