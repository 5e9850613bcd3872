import ArgumentParser
import VitKit
import VitSystem

/// The memory that images in flight may take.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory for all images in flight, as 512M or 2G; one that needs more fails. (VIT_MEMORY; "
        + "default: 2G, or half of what the machine, a control group or ulimit -v leaves beside "
        + "the model)",
      valueName: "bytes"))
  var memory: String?

  func validate() throws { _ = try namedBytes() }

  /// - Parameter modelBytes: what the model's weights take.
  func budget(modelBytes: Int) throws -> MemoryBudget {
    MemoryBudget(
      bytes: try namedBytes() ?? MemoryBudget.defaultBytes(modelBytes: modelBytes))
  }

  /// Nil where nobody named a budget.
  private func namedBytes() throws -> Int? {
    guard let text = memory ?? Environment["VIT_MEMORY"] else { return nil }
    guard let bytes = Memory.bytes(text) else {
      throw ValidationError("--memory (VIT_MEMORY) must be a number of bytes, as 512M or 2G")
    }
    return bytes
  }
}
