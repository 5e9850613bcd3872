import Foundation
import VitTestSupport

/// Runs the real binary, which lies beside the tests.
struct VitCommand {
  struct Outcome {
    let status: Int32
    let output: Data
    let error: String

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// The output as one JSON value.
    func json() throws -> Any {
      try JSONSerialization.jsonObject(with: output, options: .fragmentsAllowed)
    }

    func objects() throws -> [[String: Any]] {
      guard let objects = try json() as? [[String: Any]] else {
        throw VitCommandError(what: "not an array of objects: \(text)")
      }
      return objects
    }
  }

  struct VitCommandError: Error { let what: String }

  /// Environment of the command beside `PATH`; the caller's own is not handed on.
  var environment: [String: String] = [:]
  var folder: URL?

  static var binary: URL {
    get throws { try BuiltProgram.find("vit") }
  }

  func process(_ arguments: [String]) throws -> Process {
    // Where the tests run in the background, they and what they start would ignore it.
    signal(SIGINT, SIG_DFL)
    let process = Process()
    process.executableURL = try Self.binary
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // A test that asks a Hub says which one; the public one is never asked.
    var variables = ["HF_HUB_OFFLINE": "1"].merging(environment) { _, given in given }
    for name in ["PATH", "LD_LIBRARY_PATH", "HOME"] where variables[name] == nil {
      variables[name] = ProcessInfo.processInfo.environment[name]
    }
    process.environment = variables
    return process
  }

  func run(_ arguments: String..., input: Data? = nil) throws -> Outcome {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: Data? = nil) throws -> Outcome {
    let scratch = try Scratch()
    let files = ["in", "out", "err"].map { scratch.url.appending(path: $0) }
    try (input ?? Data()).write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = try process(arguments)
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      throw VitCommandError(what: "ended by signal \(process.terminationStatus)")
    }
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: files[1]),
      error: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}

/// A folder that lives as long as the value.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "vit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }

  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }

  @discardableResult
  func copy(_ source: URL, as name: String) throws -> String {
    try write(name, Data(contentsOf: source))
  }
}

/// The photographs that come with the samples.
enum Photos {
  static let folder = TestData.committed
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "samples/photos")
  static let cat = folder.appending(path: "chelsea.png")
  static let coffee = folder.appending(path: "coffee.png")
  static let shoes = folder.appending(path: "clothing-shoes.jpg")
  static let coat = folder.appending(path: "clothing-outwear.jpg")
}
