/// What `Tape.gradients` found: a gradient for each watched tensor that the output depends on.
package struct Gradients: Sendable {
  private let tape: Tape
  /// By the tensors' places on the tape.
  private let ofWatched: [Tensor?]

  init(tape: Tape, ofWatched: [Tensor?]) {
    self.tape = tape
    self.ofWatched = ofWatched
  }

  /// The gradient of a tensor that `Tape.watch` returned, of its shape; nil where the output does
  /// not depend on it. Those of results on the way are not kept.
  package subscript(_ watched: Tensor) -> Tensor? {
    guard let place = watched.place, place.tape === tape, place.index < ofWatched.count else {
      return nil
    }
    return ofWatched[place.index]
  }
}
