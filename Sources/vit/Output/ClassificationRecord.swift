import VitKit

/// One image's classes in each form.
struct ClassificationRecord {
  let input: String
  let result: Result<[Classification], InputFailure>

  func record(_ table: ClassificationTable) -> Record {
    Record(
      json: { json }, csv: { csv }, table: { table.text(input: input, result: result) })
  }

  private var json: JSONText {
    switch result {
    case .failure(let failure):
      .object(JSONText.input(input) + [("error", .string(failure.reason))])
    case .success(let classes):
      .object(
        JSONText.input(input) + [
          (
            "classes",
            .array(
              classes.map {
                .object([
                  ("label", .string($0.label)), ("index", .number($0.index)),
                  ("score", .number($0.score)), ("probability", .number($0.probability)),
                ])
              })
          )
        ])
    }
  }

  private var csv: [UInt8] {
    switch result {
    case .failure(let failure):
      CSVText.row([.name(input), "", "", "", "", "", .text(failure.reason)])
    case .success(let classes):
      classes.enumerated().flatMap { rank, item in
        CSVText.row([
          .name(input), "\(rank + 1)", "\(item.index)", .text(item.label), "\(item.score)",
          .text(item.probability.isNaN ? "" : "\(item.probability)"), "",
        ])
      }
    }
  }
}
