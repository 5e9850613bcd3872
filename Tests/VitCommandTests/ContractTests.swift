import Foundation
import Testing

extension CommandTests {
  @Suite struct ContractTests {
    @Test func versionAndHelp() throws {
      let version = try VitCommand().run("--version")
      #expect(version.status == 0)
      #expect(version.lines.count == 1)
      for verb in ["classify", "embed", "similarity", "preprocess", "inspect", "doctor"] {
        let help = try VitCommand().run(verb, "--help")
        #expect(help.status == 0)
        #expect(help.text.contains("EXAMPLES"), "\(verb) has no examples")
        #expect(help.text.contains("vit \(verb)"))
      }
    }

    @Test(arguments: [
      ["classify"], ["nonsense"], ["classify", "--format", "npy", "a.jpg"],
      ["classify", "--top", "0", "a.jpg"], ["classify", "--precision", "float64", "a.jpg"],
      ["classify", "--background", "mauve-ish", "a.jpg"],
      ["classify", "--batch-size", "0", "a.jpg"],
      ["classify", "--threads", "0", "a.jpg"], ["classify", "-", "-"], ["classify", "-0", "a.jpg"],
    ])
    func wrongUsageIs64(arguments: [String]) throws {
      let outcome = try VitCommand().run(arguments)
      #expect(outcome.status == 64)
      #expect(outcome.text == "")
      #expect(!outcome.error.isEmpty)
    }

    @Test func aMissingModelIs66AndAnUnusableOne65() throws {
      let scratch = try Scratch()
      var command = VitCommand()
      command.environment = ["HF_HUB_CACHE": scratch.url.path]
      let missing = try command.run("classify", "--model", "no/such-model", Photos.shoes.path)
      #expect(missing.status == 66)
      #expect(missing.error.hasPrefix("vit: no/such-model: "))
      try scratch.write("model/config.json", Data("{".utf8))
      let unusable = try command.run(
        "classify", "--model", scratch.path("model"), Photos.shoes.path)
      #expect(unusable.status == 65)
      #expect(unusable.error.hasPrefix("vit: "))
      #expect(unusable.text == "")
    }

    @Test func theEnvironmentNamesTheModelAndAnOptionWins() throws {
      var command = VitCommand()
      command.environment = ["VIT_MODEL": "no/such-model", "HF_HUB_CACHE": "/nowhere"]
      #expect(try command.run("inspect").status == 66)
      #expect(try command.run("inspect", "--model", "box").status == 0)
      command.environment = ["VIT_THREADS": "many"]
      #expect(try command.run("inspect").status == 64)
      command.environment = ["VIT_PRECISION": "float64"]
      #expect(try command.run("inspect").status == 64)
    }

    @Test func aResultThatCannotBeWrittenIs74() throws {
      let outcome = try VitCommand().run(
        "classify", Photos.shoes.path, "--output", "/nowhere/at/all.json")
      #expect(outcome.status == 74)
      #expect(outcome.error.contains("/nowhere/at/all.json: cannot be written"))
      #if os(Linux)
        let full = try VitCommand().run("classify", Photos.shoes.path, "--output", "/dev/full")
        #expect(full.status == 74)
        #expect(full.error.contains("space"))
        // Standard output closed.
        for arguments in [
          "classify -q \(Photos.shoes.path)", "--help", "--version", "classify --help",
        ] {
          let process = Process()
          process.executableURL = URL(filePath: "/bin/sh")
          process.arguments = [
            "-c", "'\(try VitCommand.binary.path)' \(arguments) >&- 2>/dev/null",
          ]
          try process.run()
          process.waitUntilExit()
          #expect(process.terminationStatus == 74, "\(arguments)")
        }
      #endif
    }

    @Test func anOutputAppearsWhenItIsWhole() throws {
      let scratch = try Scratch()
      try scratch.write("result.json", Data("old".utf8))
      var command = VitCommand()
      command.folder = scratch.url
      let outcome = try command.run("classify", Photos.shoes.path, "--output", "result.json")
      #expect(outcome.status == 0)
      #expect(try scratch.names == ["result.json"])
      #expect(try scratch.text("result.json").hasPrefix("[\n{\"input\": "))
      // The format comes from the name; a wrong model leaves what was there.
      #expect(
        try command.run("classify", Photos.shoes.path, "--model", "x/y", "-o", "result.json").status
          == 66)
      #expect(try scratch.text("result.json").hasPrefix("[\n{\"input\": "))
      #expect(try scratch.names == ["result.json"])
    }

    @Test func aClosedPipeEndsItQuietly() throws {
      let process = try VitCommand().process(
        ["classify", "--format", "jsonl", "--top", "1000"]
          + [String](repeating: Photos.shoes.path, count: 40))
      let (output, error) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = error
      try output.fileHandleForReading.close()
      try process.run()
      let said = error.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 0)
      #expect(said.isEmpty)
    }

    @Test func anInterruptKeepsWhatIsDone() throws {
      let scratch = try Scratch()
      let process = try VitCommand().process([
        "embed", "--verbose", "--format", "jsonl", "--output", scratch.path("v.jsonl"),
        "--files-from", "-",
      ])
      let (input, error) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardError = error
      try process.run()
      // The failure of the second tells that the first is done.
      input.fileHandleForWriting.write(Data((Photos.shoes.path + "\nnone.jpg\n").utf8))
      var said = ""
      while !said.contains("none.jpg") {
        let data = error.fileHandleForReading.availableData
        try #require(!data.isEmpty)
        said += String(decoding: data, as: UTF8.self)
      }
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 130)
      let lines = try scratch.text("v.jsonl").split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0].contains("\"embedding\""))
      #expect(try scratch.names == ["v.jsonl"])
      try input.fileHandleForWriting.close()
    }

    @Test func timingGoesToStandardError() throws {
      let outcome = try VitCommand().run(
        "classify", "--format", "json", "--timing", Photos.shoes.path)
      #expect(try outcome.objects().count == 1)
      for stage in ["load", "decode", "preprocess", "encode", "total"] {
        #expect(outcome.error.contains("\n\(stage) "))
      }
    }

    /// From the start of the process to the first result, and what it is made of.
    @Test(arguments: [
      ["classify"], ["embed"], ["similarity"], ["preprocess", "--output", "pixels.npy"],
      ["inspect"], ["convert", "box", "--precision", "int8", "--output", "model"],
      ["bench", "encode", "--batch-size", "1", "--seconds", "0"],
    ])
    func timingOfTheFirstResult(_ verb: [String]) throws {
      let scratch = try Scratch()
      let takesNone = ["inspect", "convert", "bench"].contains(verb[0])
      let photos = takesNone ? [] : [Photos.shoes.path]
      let start = ContinuousClock.now
      let outcome = try VitCommand(folder: scratch.url).run(verb + ["--timing"] + photos)
      let wall = Double((ContinuousClock.now - start) / .milliseconds(1))
      let line = try #require(outcome.error.split(separator: "\n").first)
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      try #require(line.hasPrefix("first result ") && numbers.count == 6)
      let (elapsed, stages) = (numbers[0], numbers[1...])
      #expect(0 < elapsed && elapsed <= wall)
      #expect(stages.allSatisfy { $0 >= 0 } && numbers[1] > 0)
      #expect(abs(stages.reduce(0, +) - elapsed) < 0.5)
      if verb == ["classify"] || verb == ["embed"] { #expect(stages.allSatisfy { $0 > 0 }) }
    }

    @Test func anUnknownKernelSetIsWrongUsage() throws {
      let command = VitCommand(environment: ["VIT_KERNELS": "nope"])
      let outcome = try command.run("classify", Photos.cat.path)
      #expect(outcome.status == 64 && outcome.text.isEmpty)
      #expect(outcome.error.contains("VIT_KERNELS is nope") && outcome.error.contains("scalar"))
    }

    @Test func theBinaryAnswersFromAnywhere() throws {
      let scratch = try Scratch()
      let copy = scratch.url.appending(path: "vit")
      try FileManager.default.copyItem(at: VitCommand.binary, to: copy)
      let process = try VitCommand().process(["classify", "--top", "1", Photos.coffee.path])
      process.executableURL = copy
      process.currentDirectoryURL = scratch.url
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(String(decoding: text, as: UTF8.self).contains("espresso"))
    }
  }
}
