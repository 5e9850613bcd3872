import ArgumentParser
import VitHub
import VitKit

struct Download: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Download models from the Hugging Face Hub into its cache.",
    discussion: """
      Brings the files that a model needs (configuration, preprocessing, tokeniser and weights), \
      each checked by size and hash. Python's libraries find them, and what they downloaded is not \
      downloaded again. A download that was stopped goes on where it ended. Prints the model's \
      folder, a line a model.

      EXAMPLES
        vit download google/vit-base-patch16-224
        vit download timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k@main
        HF_TOKEN=… vit download owner/private-model

      ENVIRONMENT
        HF_ENDPOINT                       the Hub (default: https://huggingface.co)
        HF_TOKEN                          for private and gated models
        HF_HUB_CACHE, HF_HOME             where the cache is (default:
                                          ~/.cache/huggingface/hub)
        HF_HUB_OFFLINE                    1 for no network

      FORMATS
        json   an array of {"model", "path"}
      """)

  @Argument(help: ArgumentHelp("owner/name or owner/name@revision.", valueName: "model"))
  var models: [String]

  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Hub") var options: HubOptions

  @Flag(name: .shortAndLong, help: "No progress; failures are still told.")
  var quiet = false

  func validate() throws {
    for model in models where HubName(model)?.hasOwner != true {
      throw ValidationError("\(model) is not a name of the Hub: owner/name or owner/name@revision")
    }
    _ = try format()
  }

  func run() throws {
    let sink = try ResultSink(path: output.output)
    let hub = options.hub
    let found = try models.map { (name: $0, path: try options.fetch($0, from: hub, quiet: quiet)) }
    switch try format() {
    case .json:
      let entries = found.map {
        JSONText.object([("model", .string($0.name)), ("path", .string($0.path))])
      }
      try sink.write(JSONText.array(entries).text + "\n")
    default:
      for model in found { try sink.write(path: model.path) }
    }
    try sink.finish()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json])
  }
}
