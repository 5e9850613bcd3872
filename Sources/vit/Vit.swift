import ArgumentParser
import VitCheckpoint
import VitJSON
import VitModel
import VitSystem
import VitTensor

@main
struct Vit: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "vit",
    abstract: "See what is in photographs: classify, embed and compare images.",
    discussion: """
      INPUTS are images (JPEG or PNG, told by content), folders, tar archives (*.tar, as \
      WebDataset's shards), or - for one image on standard input. Results go to standard output and nothing else does.

      EXAMPLES
        vit classify photo.jpg
        vit classify --format jsonl --top 1 holiday/
        vit embed --output vectors.npy holiday/
        vit similarity a.jpg b.jpg c.jpg
        vit inspect --format json
        vit bench --model vit-base-32

      EXIT STATUS
        0    all well
        1    at least one input failed; the others were done
        64   wrong usage
        65   an unusable model or list file
        66   a missing model or list file
        69   the Hub cannot be reached
        74   a result cannot be written
        130  interrupted, or told to end (SIGTERM); what was done until then is kept, unless the file that
             --output names was there before
      """,
    version: version,
    subcommands: [
      Classify.self, Embed.self, Merge.self, Similarity.self, Tokenize.self, Preprocess.self,
      Inspect.self,
      Convert.self, Download.self, Models.self, Bench.self, Doctor.self,
      WriteManual.self,
    ])

  static func main() {
    StageTimes.noteProcessStart()
    StandardStreams.openMissing()
    Interrupt.install()
    StandardErrorLogHandler.bootstrap()
    do {
      var command = try parseAsRoot(arguments(CommandArguments.all.dropFirst()))
      if let name = KernelSet.unavailableRequest {
        throw CommandFailure(
          .usage,
          "VIT_KERNELS is \(name), which this processor or build has not; choose one of "
            + KernelSet.available.joined(separator: ", "))
      }
      try command.run()
    } catch let failure as CommandFailure {
      if let message = failure.message {
        StandardError.write("vit: \(printable(message, limit: 1 << 14))\n")
      }
      exit(withError: ExitCode(failure.status.rawValue))
    } catch let error
      where error is CheckpointError || error is ModelError || error is InputError
      || error is RequestError
    {
      StandardError.write("vit: \(error)\n")
      exit(withError: ExitCode(ExitStatus.unusable.rawValue))
    } catch is ClosedPipe {
      exit(withError: ExitCode.success)
    } catch {
      exit(withError: error)
    }
  }

  /// ArgumentParser takes an empty value only as a word of its own: `--text=` becomes `--text ""`.
  private static func arguments(_ given: ArraySlice<String>) -> [String] {
    let end = given.firstIndex(of: "--") ?? given.endIndex
    return given[..<end].flatMap { argument in
      argument.hasPrefix("--") && argument.firstIndex(of: "=") == argument.indices.last
        ? [String(argument.dropLast()), ""] : [argument]
    } + given[end...]
  }
}
