import Foundation
import Testing
import VitTestSupport

/// Every snippet of the documentation is compiled, and runs.
@Suite struct SnippetTests {
  /// Each stands, line by line, in a function of `DocumentationSnippets`.
  @Test func allAreCompiled() throws {
    let compiled = try Snippet.files(["Tests/DocumentationSnippets"], endings: ["swift"])
      .map { Snippet.code(try Snippet.text($0)) }
    let snippets = try Snippet.all()
    #expect(snippets.count > 25)
    for snippet in snippets {
      // `scripts/run-samples` builds the package of the first steps as it stands there.
      if snippet.lines.first?.hasPrefix("// swift-tools-version") == true { continue }
      let isCompiled = compiled.contains { lines in
        lines.indices.contains { lines[$0...].starts(with: snippet.lines) }
      }
      #expect(isCompiled, "\(snippet) is not in Tests/DocumentationSnippets as it stands there")
    }
  }

  @Test func allRun() throws {
    let (status, output) = try run()
    #expect(status == 0, "\(output)")
    #expect(output.hasSuffix("all ran\n"))
  }

  @Test(arguments: [
    ("VIT_THREADS", "many", "VIT_THREADS is many; give a number from 1 to 1024, or unset it"),
    ("VIT_THREADS", "2000", "VIT_THREADS is 2000; give"),
    ("VIT_KERNELS", "nope", "VIT_KERNELS is nope, which this processor or build has not"),
  ])
  func theEnvironmentIsObeyedOrRefused(_ name: String, _ value: String, _ message: String) throws {
    let (status, output) = try run([name: value])
    #expect(status != 0)
    #expect(output.contains(message), "\(output)")
  }

  /// Runs them in a folder that holds what they name, with the Hub's cache in it.
  private func run(_ environment: [String: String] = [:]) throws -> (Int32, String) {
    let scratch = try ScratchFolder()
    let place = URL(filePath: scratch.path)
    let manager = FileManager.default
    let photo = Snippet.root.appending(path: "samples/photos/clothing-shoes.jpg")
    try manager.copyItem(at: photo, to: place.appending(path: "photo.jpg"))
    var archive = TarWriter()
    archive.add("a.jpg", [UInt8](try Data(contentsOf: photo)))
    archive.end()
    try Data(archive.bytes).write(to: place.appending(path: "shard-000.tar"))

    let clip = try TinyCLIP.write(in: place, name: "path/to/clip-vit-base-patch32")
    let golden = try #require(Golden.all("image").first { $0.name == "vit-head" })
    let vit = try golden.modelFolder(in: place)
    try manager.copyItem(at: vit, to: place.appending(path: "path/to/vit-tiny-patch16-224"))
    for (name, folder) in [
      ("openai/clip-vit-base-patch32", clip), ("google/vit-base-patch16-224", vit),
    ] {
      let repository = place.appending(
        path: "hub/models--\(name.replacing("/", with: "--"))")
      let commit = String(repeating: "a", count: 40)
      for part in ["refs", "snapshots"] {
        try manager.createDirectory(
          at: repository.appending(path: part), withIntermediateDirectories: true)
      }
      try Data(commit.utf8).write(to: repository.appending(path: "refs/main"))
      try manager.copyItem(at: folder, to: repository.appending(path: "snapshots/\(commit)"))
    }

    let process = Process()
    process.executableURL = try BuiltProgram.find("DocumentationSnippets")
    process.currentDirectoryURL = place
    var variables = ["HF_HUB_CACHE": scratch["hub"], "HF_HUB_OFFLINE": "1"]
    for name in ["PATH", "LD_LIBRARY_PATH", "HOME"] {
      variables[name] = ProcessInfo.processInfo.environment[name]
    }
    process.environment = variables.merging(environment) { $1 }
    let output = place.appending(path: "output")
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try scratch.text("output"))
  }
}
