import Foundation
import Testing

@testable import VitOperations

@Suite struct AttentionTests {
  private struct Case {
    let heads = 2
    let headSize = 3
    let valueSize = 2
    let querySequences: Sequences
    let keySequences: Sequences
    let queries: Tensor
    let keys: Tensor
    let values: Tensor

    init(queryLengths: [Int], keyLengths: [Int]) {
      var random = SplitMix64(state: 4)
      querySequences = Sequences(lengths: queryLengths)
      keySequences = Sequences(lengths: keyLengths)
      queries = random.tensor([querySequences.rowCount, heads * headSize])
      keys = random.tensor([keySequences.rowCount, heads * headSize])
      values = random.tensor([keySequences.rowCount, heads * valueSize])
    }

    func result(mask: AttentionMask = .none, bias: Tensor? = nil) -> Tensor {
      attention(
        queries: queries, keys: keys, values: values, heads: heads, scale: 0.7, mask: mask,
        bias: bias, querySequences: querySequences, keySequences: keySequences)
    }

    /// The formula over whole matrices, where what is not seen has the score -∞.
    func expected(bias: Tensor? = nil, sees: (_ query: Int, _ key: Int) -> Bool) -> [Double] {
      let (q, k, v) = (queries.doubles, keys.doubles, values.doubles)
      var result = [Double](repeating: 0, count: queries.shape[0] * heads * valueSize)
      for sequence in 0..<querySequences.count {
        let queryRows = querySequences.rows(sequence)
        let keyRows = keySequences.rows(sequence)
        for head in 0..<heads {
          for (query, queryRow) in queryRows.enumerated() {
            var weights = keyRows.enumerated().map { key, keyRow -> Double in
              var score = 0.0
              for i in head * headSize..<(head + 1) * headSize {
                score += q[queryRow * heads * headSize + i] * k[keyRow * heads * headSize + i]
              }
              score *= Double(Float(0.7))
              if let bias {
                score += bias.doubles[(head * queryRows.count + query) * keyRows.count + key]
              }
              return sees(query, key) ? exp(score) : 0
            }
            let sum = weights.reduce(0, +)
            weights = weights.map { $0 / sum }
            for (weight, keyRow) in zip(weights, keyRows) {
              for i in head * valueSize..<(head + 1) * valueSize {
                result[queryRow * heads * valueSize + i] +=
                  weight * v[keyRow * heads * valueSize + i]
              }
            }
          }
        }
      }
      return result
    }
  }

  private let tolerance = 1e-7

  @Test func isTheFormulaInEachSequence() {
    let lengths = [3, 1, 0, 5]
    let attention = Case(queryLengths: lengths, keyLengths: lengths)
    let result = attention.result()
    #expect(result.shape == [9, 4])
    #expect(result.worstDifference(from: attention.expected { _, _ in true }) < tolerance)
  }

  @Test func queriesAndKeysMayDifferInLength() {
    let attention = Case(queryLengths: [2, 3], keyLengths: [4, 1])
    let expected = attention.expected { _, _ in true }
    #expect(attention.result().worstDifference(from: expected) < tolerance)
  }

  @Test func aCausalMaskHidesLaterKeys() {
    let attention = Case(queryLengths: [4, 2], keyLengths: [4, 2])
    let result = attention.result(mask: .causal(queryOffset: 0))
    #expect(result.worstDifference(from: attention.expected { $1 <= $0 }) < tolerance)
  }

  @Test func aCausalMaskCountsTheKeysThatWereKept() {
    let attention = Case(queryLengths: [2], keyLengths: [5])
    let result = attention.result(mask: .causal(queryOffset: 3))
    #expect(result.worstDifference(from: attention.expected { $1 <= $0 + 3 }) < tolerance)
  }

  @Test func aBiasIsAddedToTheScores() {
    var random = SplitMix64(state: 5)
    let attention = Case(queryLengths: [2, 2], keyLengths: [3, 3])
    let bias = random.tensor([2, 2, 3])
    let expected = attention.expected(bias: bias) { _, _ in true }
    #expect(attention.result(bias: bias).worstDifference(from: expected) < tolerance)
  }

  @Test func keysHaveTheSequencesOfTheQueriesUnlessTold() {
    let lengths = [3, 2]
    let given = Case(queryLengths: lengths, keyLengths: lengths)
    let result = attention(
      queries: given.queries, keys: given.keys, values: given.values, heads: given.heads,
      scale: 0.7, querySequences: given.querySequences)
    #expect(result.values == given.result().values)
  }
}
