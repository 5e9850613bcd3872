import ArgumentParser
import VitKit
import VitSystem

/// The memory that images in flight may take.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory for all images in flight, as 512M or 2G; one that needs more is decoded alone, one "
        + "that needs more than twice as much fails. (VIT_MEMORY; default: 1G)",
      valueName: "bytes"))
  var memory: String?

  func validate() throws { _ = try budget() }

  func budget() throws -> MemoryBudget {
    guard let text = memory ?? Environment["VIT_MEMORY"] else { return MemoryBudget() }
    guard let bytes = Memory.bytes(text) else {
      throw ValidationError("--memory (VIT_MEMORY) must be a number of bytes, as 512M or 2G")
    }
    return MemoryBudget(bytes: bytes)
  }
}
