import Testing

@testable import VitOperations

@Suite struct RowsTests {
  private let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [4, 2])

  @Test func slices() {
    #expect(x.rows(1..<3).values == [3, 4, 5, 6])
    #expect(x.rows(1..<4).rows(1..<2).values == [5, 6])
    #expect(x.rows(1..<3).columns(1..<2).values == [4, 6])
    #expect(x.columns(0..<1).shape == [4, 1])
    let reshaped = x.rows(2..<4).reshaped([1, 2, 2])
    #expect(reshaped.shape == [1, 2, 2])
    #expect(reshaped.values == [5, 6, 7, 8])
    #expect(reshaped.rows(0..<0).shape == [0, 2, 2])
  }

  @Test func backwardsOfSlicesPutTheGradientInItsPlace() throws {
    func gradient(_ slice: (Tensor) -> Tensor) throws -> [Float]? {
      let tape = Tape()
      let x = tape.watch(x)
      let output = slice(x)
      let seed = Tensor((1...output.count).map { Float($0) }, shape: output.shape)
      return try tape.gradients(of: output, seed: seed)[x]?.values
    }
    #expect(try gradient { $0.rows(1..<3) } == [0, 0, 1, 2, 3, 4, 0, 0])
    #expect(try gradient { $0.reshaped([2, 4]).columns(1..<3) } == [0, 1, 2, 0, 0, 3, 4, 0])
    #expect(try gradient { $0.reshaped([2, 4]) } == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func rowsAreSelectedInTheOrderAskedFor() {
    let selected = selectedRows(x, [3, 0, 3])
    #expect(selected.shape == [3, 2])
    #expect(selected.values == [7, 8, 1, 2, 7, 8])
    #expect(embedding(table: x, ids: [2]).values == [5, 6])
    #expect(embedding(table: x, ids: []).shape == [0, 2])
  }

  @Test func aPrefixComesBeforeEachSequence() {
    let prefix = Tensor([-1, -2], shape: [1, 2])
    let (tokens, sequences) = prefixed(x, with: prefix, Sequences(lengths: [1, 3]))
    #expect(tokens.shape == [6, 2])
    #expect(tokens.values == [-1, -2, 1, 2, -1, -2, 3, 4, 5, 6, 7, 8])
    #expect(sequences == Sequences(lengths: [2, 4]))
  }

  @Test func meansAreOfEachSequencesRows() {
    let sequences = Sequences(lengths: [1, 3])
    #expect(mean(x, sequences).values == [1, 2, 5, 6])
    #expect(mean(x, Sequences(count: 2, length: 2), from: 1).values == [3, 4, 7, 8])
  }

  @Test func sequencesLieOneAfterAnother() {
    let sequences = Sequences(lengths: [2, 0, 3])
    #expect(sequences.offsets == [0, 2, 2, 5])
    #expect(sequences.count == 3)
    #expect(sequences.rowCount == 5)
    #expect(sequences.lengths == [2, 0, 3])
    #expect(sequences.rows(2) == 2..<5)
    #expect(Sequences(count: 2, length: 3).offsets == [0, 3, 6])
    #expect(Sequences(lengths: []).rowCount == 0)
  }
}
