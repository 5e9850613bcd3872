import ArgumentParser

/// Positive numbers, separated by commas.
struct NumberList: ExpressibleByArgument {
  let values: [Int]

  init(_ values: [Int]) { self.values = values }

  init?(argument: String) {
    let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = fields.compactMap { Int($0) }.filter { (1...4096).contains($0) }
    guard values.count == fields.count, !values.isEmpty else { return nil }
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}
