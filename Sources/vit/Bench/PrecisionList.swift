import ArgumentParser
import VitKit

/// Precisions, separated by commas.
struct PrecisionList: ExpressibleByArgument {
  let values: [LoadOptions.Precision]

  init(_ values: [LoadOptions.Precision]) { self.values = values }

  init?(argument: String) {
    let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = fields.compactMap { LoadOptions.Precision(rawValue: String($0)) }
    guard values.count == fields.count, !values.isEmpty else { return nil }
  }

  var defaultValueDescription: String { values.map(\.rawValue).joined(separator: ",") }
}
