import ArgumentParser
import VitHub
import VitKit
import VitText

/// Whether and how models come from the Hub.
struct HubOptions: ParsableArguments {
  @Flag(help: "Never use the network; what is not here is an error. (HF_HUB_OFFLINE)")
  var offline = false

  var hub: Hub { Hub(isOffline: offline ? true : nil) }

  /// The path of a model, or of its tokeniser: `name` itself where it is one, what the caches hold
  /// whole, or what is downloaded.
  ///
  /// What is not `owner/name` can only be a path, and the Hub is not asked for it.
  func locate(_ name: String, files: Hub.FileSet = .model, quiet: Bool) throws -> String {
    let found = Result { try ModelLocation.find(name) }
    guard let hubName = HubName(name), hubName.hasOwner else { return try missing(found) }
    if let path = try? found.get(), !isInCache(path) || files.isComplete(in: path) {
      return path
    }
    let hub = hub
    // The offline answer is the one that names the places that were searched.
    if hub.isOffline { return try missing(found) }
    return try fetch(name, files: files, from: hub, quiet: quiet)
  }

  /// The tokeniser of a path, or of a name on the Hub, of which only the tokeniser's files are
  /// fetched.
  func tokenizer(_ name: String, quiet: Bool) throws -> Tokenizer {
    let path = try locate(name, files: .tokenizer, quiet: quiet)
    do { return try Tokenizer.load(path) } catch { throw CommandFailure(.unusable, "\(error)") }
  }

  /// Downloads with a bar on a terminal.
  func fetch(
    _ name: String, files: Hub.FileSet = .model, from hub: Hub, quiet: Bool
  ) throws -> String {
    var bar = quiet || !StandardError.isTerminal ? nil : TransferBar()
    defer { bar?.clear() }
    Interrupt.keepResults()
    defer { Interrupt.endKeepingResults() }
    do throws(HubError) {
      return try hub.fetch(
        name, files: files, progress: { bar?.show($0) }, isCancelled: { Interrupt.isRequested })
    } catch {
      bar?.clear()
      throw CommandFailure(Self.status(of: error), "\(error)")
    }
  }

  private func missing(_ found: Result<String, any Error>) throws -> String {
    do { return try found.get() } catch { throw CommandFailure(.missing, "\(error)") }
  }

  /// Whether a folder is one of the cache's, which may hold less than a model.
  private func isInCache(_ path: String) -> Bool {
    path.hasPrefix(ModelLocation.hubCache + "/models--")
  }

  private static func status(of error: HubError) -> ExitStatus {
    switch error {
    case .invalidName, .invalidSetting: .usage
    case .offline, .unauthorized, .forbidden, .notFound: .missing
    case .unreachable, .connectionBroke: .unavailable
    case .notAModel, .invalidAnswer, .wrongContent: .unusable
    case .diskFull, .cannotWrite: .cannotWrite
    case .cancelled: .interrupted
    }
  }
}
