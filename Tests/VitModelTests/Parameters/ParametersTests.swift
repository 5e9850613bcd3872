import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct ParametersTests {
  private struct Found {
    let parameters: Parameters
    let first: Parameter
    let second: Parameter
  }

  private func found() throws -> Found {
    let reader = ParameterReader(
      try checkpoint([
        ("b", [2, 3], [1, 2, 3, 4, 5, 6]), ("a", [5], [7, 8, 9, 10, 11]), ("unused", [1], [0]),
      ]))
    let second = try reader.parameter("b", [2, 3])
    let first = try reader.parameter("a", [5])
    return Found(parameters: reader.parameters, first: first, second: second)
  }

  @Test func changesLeaveCopiesAlone() throws {
    let found = try found()
    var changed = found.parameters
    try changed.own()
    let copy = changed
    try changed.change("a") { $0[1] = -1 }
    #expect(try changed.values(found.first) == [7, -1, 9, 10, 11])
    #expect(try copy.values(found.first) == [7, 8, 9, 10, 11])
    #expect(try found.parameters.values(found.first) == [7, 8, 9, 10, 11])
    #expect(changed["a"]?.isChanged == true && changed["b"]?.isChanged == false)
    #expect(changed["unused"] == nil)
  }

  @Test func readsRowsWhereverTheyLie() throws {
    let found = try found()
    let row = Parameter(name: "b", storedShape: [2, 3], rows: 1..<2, shape: [3])
    var owned = found.parameters
    try owned.own()
    for parameters in [found.parameters, owned] {
      #expect(try parameters.values(row) == [4, 5, 6])
      var copy = [Float](repeating: 0, count: 3)
      parameters.copyRow(1, of: found.second, to: &copy)
      #expect(copy == [4, 5, 6])
    }
  }

  /// The flat memory is walked in the order of names, what is frozen left out.
  @Test func frozenTensorsStayAsTheyAre() throws {
    let found = try found()
    var parameters = found.parameters
    #expect(parameters.freeze("b*") == 1 && parameters.freeze("c*") == 0)
    var walked: [String] = []
    try parameters.changeAll { entry, numbers in
      walked.append(entry.name)
      for index in numbers.indices { numbers[index] *= 2 }
    }
    #expect(walked == ["a"])
    #expect(try parameters.values(found.first) == [14, 16, 18, 20, 22])
    #expect(try parameters.values(found.second) == [1, 2, 3, 4, 5, 6])
  }

  @Test func tensorsOfTheFlatMemoryAreAligned() throws {
    let entries = try found().parameters.entries
    #expect(entries.map(\.name) == ["a", "b"])
    #expect(entries.map(\.elements) == [0..<5, 16..<22])
  }

  @Test func randomNumbersDependOnTheName() throws {
    func values(_ name: String) throws -> [Float] {
      let reader = ParameterReader.declaring()
      let parameter = try reader.parameter(name, [64])
      return try reader.parameters.values(parameter)
    }
    #expect(try values("a") == values("a") && values("a") != values("b"))
  }
}
