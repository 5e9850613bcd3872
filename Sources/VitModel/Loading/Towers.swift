/// Which towers of a model to read; the weights of the other are neither read nor packed.
package enum Towers: Sendable {
  case all, image, text

  var includeImage: Bool { self != .text }
  var includeText: Bool { self != .image }
}
