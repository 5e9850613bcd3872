import Synchronization
import Testing

@testable import VitOperations

@Suite struct TapeTests {
  private let x = Tensor([1, -2, 3, 0.5, 4, -1], shape: [3, 2])
  private let weight = Tensor([2, 1, -1, 3], shape: [2, 2])

  @Test func aTensorUsedTwiceSumsItsGradients() throws {
    let tape = Tape()
    let x = tape.watch(x)
    let output = x + x + scaled(x, by: 3)
    let gradients = try tape.gradients(
      of: output, seed: Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]))
    #expect(gradients[x]?.values == [5, 10, 15, 20, 25, 30])
  }

  @Test func gradientsPassThroughSeveralOperations() throws {
    let tape = Tape()
    let weight = tape.watch(weight)
    let once = linear(x, weight: weight, bias: nil)
    let twice = linear(once, weight: weight, bias: nil)
    let scalar = twice.rows(1..<2).reshaped([2]).rows(0..<1).reshaped([])
    let gradients = try tape.gradients(of: scalar)
    // y = w₀·(W x) with x = (3, 1/2): W x = (6.5, -1.5):
    // ∂y/∂w₀ = W x + w₀₀ x, ∂y/∂w₁ = w₀₁ x.
    #expect(gradients[weight]?.values == [12.5, -0.5, 3, 0.5])
  }

  @Test func nothingIsRecordedWithoutWatching() throws {
    let tape = Tape()
    let watched = tape.watch(x)
    #expect(tape.recordCount == 1)
    let unwatched = linear(x, weight: weight, bias: nil) + x
    #expect(unwatched.place == nil)
    #expect(tape.recordCount == 1)
    _ = watched + x
    #expect(tape.recordCount == 2)
  }

  @Test func whatTheOutputDoesNotDependOnHasNoGradient() throws {
    let tape = Tape()
    let used = tape.watch(x)
    let unused = tape.watch(weight)
    let gradients = try tape.gradients(of: used + used, seed: x)
    #expect(gradients[unused] == nil)
    #expect(gradients[x] == nil)
    #expect(gradients[used] != nil)
    #expect(gradients[Tape().watch(x)] == nil)
  }

  @Test func aMissingBackwardIsNamed() {
    let tape = Tape()
    let weight = tape.watch(Tensor([1, 1], shape: [2]))
    let output = layerNorm(x, weight: weight, bias: nil, epsilon: 0) + x
    let error = #expect(throws: OperationError.noBackward(operation: "layer norm")) {
      try tape.gradients(of: output, seed: x)
    }
    #expect(error?.description.hasPrefix("layer norm: the backward is not written") == true)
  }

  @Test func aMissingBackwardAsideFromTheOutputDoesNotMatter() throws {
    let tape = Tape()
    let x = tape.watch(x)
    let output = x + x
    _ = softmax(output)
    #expect(try tape.gradients(of: output, seed: self.x)[x] != nil)
  }

  @Test func whatIsNotRecordedHasNoGradients() {
    let tape = Tape()
    let other = Tape()
    let elsewhere = other.watch(x)
    for output in [x, elsewhere] {
      #expect(throws: OperationError.notRecorded) { try tape.gradients(of: output, seed: x) }
    }
  }

  @Test func aTapeIsWalkedBackOnce() throws {
    let tape = Tape()
    let x = tape.watch(x)
    let output = x + x
    _ = try tape.gradients(of: output, seed: self.x)
    #expect(throws: OperationError.walkedBackBefore) {
      try tape.gradients(of: output, seed: self.x)
    }
  }

  @Test func whatAnEarlierTapeRecordedIsAConstantOfALaterOne() throws {
    let earlier = Tape()
    let output = scaled(earlier.watch(x), by: 2)
    _ = try earlier.gradients(of: output, seed: x)
    let tape = Tape()
    let watched = tape.watch(output)
    let gradients = try tape.gradients(of: output + watched, seed: x)
    #expect(gradients[watched]?.values == x.values)
    #expect(gradients[output] == nil)
  }

  @Test func aRecordIsReleasedBeforeTheNextIsWalkedBack() throws {
    final class Flag: Sendable {
      let isSet = Atomic(false)
    }
    final class Witness: Sendable {
      let released: Flag
      init(released: Flag) { self.released = released }
      deinit { released.isSet.store(true, ordering: .relaxed) }
    }
    let released = Flag()
    let wasReleased = Flag()
    func record(_ x: Tensor) -> Tensor {
      let witness = Witness(released: released)
      let first = self.x.recorded(as: "first", from: [x]) { gradient in
        wasReleased.isSet.store(released.isSet.load(ordering: .relaxed), ordering: .relaxed)
        return [gradient]
      }
      return self.x.recorded(as: "second", from: [first]) { gradient in
        withExtendedLifetime(witness) { [gradient] }
      }
    }
    let tape = Tape()
    _ = try tape.gradients(of: record(tape.watch(x)), seed: x)
    let secondWasReleased = wasReleased.isSet.load(ordering: .relaxed)
    #expect(secondWasReleased)
  }

  @Test func aTensorDoesNotKeepItsTapeAlive() {
    weak var released: Tape?
    let output: Tensor
    do {
      let tape = Tape()
      released = tape
      output = linear(x, weight: tape.watch(weight), bias: nil)
    }
    #expect(released == nil)
    #expect((output + output).place == nil)
  }
}
