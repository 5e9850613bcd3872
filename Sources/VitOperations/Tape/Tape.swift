import Synchronization

/// What was computed from watched tensors, in order, to be walked back for gradients: reverse-mode
/// differentiation (Griewank and Walther, Evaluating Derivatives, 2008, chapter 3), as PyTorch's
/// autograd.
///
///     let tape = Tape()
///     let weight = tape.watch(parameter)
///     let y = linear(x, weight: weight, bias: nil)
///     let gradients = try tape.gradients(of: y, seed: gradientOfY)
///     gradients[weight]  // ∂(Σ seed ⊙ y)/∂weight, of the shape of the weight
///
/// An operation on a tensor that is watched, or was computed from one, appends a record; other
/// operations record nothing. A tape is walked back once, gives the memory of its records back on the
/// way, and then records nothing either.
///
/// Records stand in the order of the calls, and gradients are summed in the reverse of it: for
/// gradients whose bits repeat, one thread at a time computes with the tensors of a tape.
///
/// # To add an operation
///
/// 1. A file named after it, in the folder of its kind, whose first comment has the formula of the
///    forward and of the backward, the shapes, and the paper or the PyTorch function it equals.
/// 2. A function that computes the result from its arguments' values and returns
///    `result.recorded(as: "its name", from: [its tensor arguments], backward: …)`. The name is what
///    an error calls it. Shapes that do not fit are a mistake of the calling code: preconditions,
///    whose messages begin with the name and have the shapes.
/// 3. `backward` is a closure from the result's gradient to those of the arguments, in their order,
///    each of its argument's shape, nil for one that has none. It calls a function that stands below
///    the forward one, and may use other operations: walking back records nothing. Where it is nil,
///    `gradients` throws by the operation's name.
/// 4. A test of the forward against the formula in double precision, and of the backward by central
///    differences (`Tests/VitOperationsTests`).
package final class Tape: Sendable {
  /// The gradients of an operation's arguments, in their order, from the gradient of its result.
  typealias Backward = @Sendable (_ gradient: Tensor) -> [Tensor?]

  /// Which record made a tensor. It does not keep the tape alive, whose records keep tensors.
  struct Place: Sendable {
    weak var tape: Tape?
    let index: Int

    /// The tape, unless it is walked back.
    var recordingTape: Tape? {
      tape.flatMap { tape in tape.records.withLock { $0 == nil ? nil : tape } }
    }
  }

  private enum Record {
    case watched
    case operation(name: String, inputs: [Input?], backward: Backward?)
  }

  /// An argument that the gradient goes on to.
  private struct Input {
    let index: Int
    let shape: [Int]
  }

  /// Nil once the tape is walked back.
  private let records = Mutex<[Record]?>([])

  package init() {}

  /// How many tensors have a place on the tape.
  var recordCount: Int { records.withLock { $0?.count ?? 0 } }

  /// The same tensor, with respect to which `gradients` differentiates.
  package func watch(_ tensor: Tensor) -> Tensor {
    precondition(
      tensor.place?.recordingTape == nil, "watch: the tensor has a place on a tape already")
    return append(.watched, of: tensor)
  }

  private func append(_ record: Record, of result: Tensor) -> Tensor {
    let index = records.withLock { records -> Int? in
      records?.append(record)
      return records.map { $0.count - 1 }
    }
    return index.map { result.placed(at: Place(tape: self, index: $0)) } ?? result
  }

  fileprivate func append(
    operation: String, result: Tensor, inputs: [Tensor?], backward: Backward?
  ) -> Tensor {
    let inputs = inputs.map { input -> Input? in
      guard let input, let place = input.place, let tape = place.recordingTape else { return nil }
      precondition(tape === self, "\(operation): the arguments are recorded on two tapes")
      return Input(index: place.index, shape: input.shape)
    }
    return append(.operation(name: operation, inputs: inputs, backward: backward), of: result)
  }

  /// Walks the tape back, from `output` to what is watched.
  ///
  /// - Parameters:
  ///   - output: What is differentiated; computed from watched tensors.
  ///   - seed: The gradient of a scalar with respect to the output, of its shape. Nil for an output
  ///     of one element, which is then that scalar.
  /// - Throws: `OperationError`, where the output is not recorded here, the tape was walked back
  ///   before, or an operation on the way has no backward; the tape is used up in the last case.
  package func gradients(
    of output: Tensor, seed: Tensor? = nil
  ) throws(OperationError) -> Gradients {
    guard let place = output.place, place.tape === self else { throw .notRecorded }
    precondition(
      seed.map { $0.shape == output.shape } ?? (output.count == 1),
      "gradients: the output \(output.shape) needs a seed of its shape, not \(seed?.shape ?? [])")
    guard var records = takeRecords() else { throw .walkedBackBefore }

    records.removeLast(records.count - place.index - 1)
    var gradients = [Tensor?](repeating: nil, count: records.count)
    gradients[place.index] = seed ?? Tensor([1], shape: output.shape)
    while let record = records.popLast() {
      let index = records.count
      guard case .operation(let name, let inputs, let backward) = record,
        let gradient = gradients[index]
      else { continue }
      gradients[index] = nil
      guard let backward else { throw .noBackward(operation: name) }
      let contributions = backward(gradient)
      precondition(contributions.count == inputs.count, "\(name): a gradient for each argument")
      for (input, contribution) in zip(inputs, contributions) {
        guard let input, let contribution else { continue }
        precondition(
          contribution.shape == input.shape,
          "\(name): a gradient \(contribution.shape) for an argument \(input.shape)")
        gradients[input.index] = gradients[input.index].map { $0 + contribution } ?? contribution
      }
    }
    return Gradients(tape: self, ofWatched: gradients)
  }

  private func takeRecords() -> [Record]? {
    records.withLock { records in
      defer { records = nil }
      return records
    }
  }
}

extension Tensor {
  /// This result of an operation, with a place on the tape that records its arguments, if one does.
  ///
  /// - Parameters:
  ///   - operation: Its name in errors.
  ///   - inputs: The tensor arguments; nil for an optional one that was not given.
  ///   - backward: Nil while it is not written.
  func recorded(
    as operation: String, from inputs: [Tensor?], backward: Tape.Backward?
  ) -> Tensor {
    guard let tape = inputs.lazy.compactMap({ $0?.place?.recordingTape }).first else { return self }
    return tape.append(operation: operation, result: self, inputs: inputs, backward: backward)
  }
}
