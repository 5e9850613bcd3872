import VitJSON
import VitKit

/// One image's classes in each form.
struct ClassificationRecord {
  let input: String
  let result: Result<[Classification], InputFailure>

  func record(_ table: ClassificationTable) -> Record {
    Record(
      json: { json }, csv: { csv }, table: { table.text(input: printable(input), result: result) })
  }

  private var json: JSONText {
    switch result {
    case .failure(let failure):
      .object([("input", .string(input)), ("error", .string(failure.reason))])
    case .success(let classes):
      .object([
        ("input", .string(input)),
        (
          "classes",
          .array(
            classes.map {
              .object([
                ("label", .string($0.label)), ("index", .number($0.index)),
                ("score", .number($0.score)), ("probability", .number($0.probability)),
              ])
            })
        ),
      ])
    }
  }

  private var csv: String {
    switch result {
    case .failure(let failure):
      CSVText.row([input, "", "", "", "", "", failure.reason])
    case .success(let classes):
      classes.enumerated().map { rank, item in
        CSVText.row([
          input, "\(rank + 1)", "\(item.index)", item.label, "\(item.score)",
          item.probability.isNaN ? "" : "\(item.probability)", "",
        ])
      }.joined()
    }
  }
}
