import ArgumentParser
import CFreedMemory
import CStandardError
import VitCheckpoint
import VitJSON
import VitKit
import VitModel
import VitSystem

@main
struct Vit: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "vit",
    abstract: "See what is in photographs: classify, embed and compare images.",
    discussion: """
      INPUTS are images (\(ImageFormat.listed), told by content), folders, tar archives (*.tar, as \
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
        130  interrupted, or told to end (SIGTERM, SIGHUP); what was done until then is kept, unless the file that
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
    vit_keep_freed_memory()
    Interrupt.install()
    StandardErrorLogHandler.bootstrap()
    let status: ExitStatus
    do {
      try run(CommandArguments.separated(CommandArguments.all.dropFirst()))
      status = .success
    } catch let failure as CommandFailure {
      if let message = failure.message {
        StandardError.write("vit: \(CommandRemedy.text(message))\n")
      }
      status = failure.status
    } catch let error
      where error is CheckpointError || error is ModelError || error is InputError
      || error is RequestError
    {
      StandardError.write("vit: \(CommandRemedy.text("\(error)"))\n")
      status = .unusable
    } catch is ClosedPipe {
      status = .success
    } catch {
      StandardError.write("vit: \(error)\n")
      status = .unusable
    }
    exit(withError: ExitCode(status.rawValue))
  }

  private static func run(_ arguments: [String]) throws {
    if let mistake = VerbMistake(arguments) { throw CommandFailure(.usage, mistake.message) }
    var command: any ParsableCommand
    do { command = try parseAsRoot(arguments) } catch { return try answer(error) }
    // Threads are an option too, which says so by itself.
    do { try ComputeEnvironment.check(threads: nil) } catch {
      throw CommandFailure(.usage, "\(error)")
    }
    // What the command says goes to the file descriptor; what libraries say of files is told in its words.
    vit_silence_standard_error()
    do { try command.run() } catch let error where Self.isOfParser(error) { try answer(error) }
  }

  /// Whether an error is one that the parser words: of values that do not fit, and requests for help.
  /// To the parser every other error is a plain failure.
  private static func isOfParser(_ error: any Error) -> Bool {
    let code = exitCode(for: error)
    return code == .success || code == .validationFailure
  }

  /// What the parser says instead of a command: help and such as a result, a mistake as any other
  /// failure.
  private static func answer(_ error: any Error) throws {
    let text = fullMessage(for: error)
    guard exitCode(for: error).isSuccess else {
      StandardError.write("vit: \(lines: text.without(beginning: "Error: "))\n")
      throw CommandFailure(.usage)
    }
    let sink = try ResultSink(path: nil)
    try sink.write(text + "\n")
    try sink.finish()
  }
}
