/// Named intermediates of one forward pass, for comparing with a reference step by step.
///
/// Names: `pixels`, `embeddings` (tokens after the position embedding and, where there is one, the
/// norm before the blocks), `block.0`…, `norm` (tokens after the final norm), `pooled`, `logits`,
/// `projected`; those of a text tower begin with `text.`.
package final class Trace {
  package struct Entry: Sendable {
    package let name: String
    package let shape: [Int]
    package let values: [Float]
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  package func record(_ name: String, shape: [Int], _ values: UnsafePointer<Float>) {
    let count = shape.reduce(1, *)
    entries.append(
      Entry(
        name: name, shape: shape,
        values: Array(UnsafeBufferPointer(start: values, count: count))))
  }
}
