import Foundation
import Testing

extension CommandTests {
  @Suite struct ManualTests {
    private func pages() throws -> [String: String] {
      let scratch = try Scratch()
      let outcome = try VitCommand().run("write-manual", scratch.url.path)
      #expect(outcome.status == 0)
      #expect(outcome.text == "" && outcome.error == "")
      return try Dictionary(
        uniqueKeysWithValues: scratch.names.map { ($0, try scratch.text($0)) })
    }

    /// The verbs that help lists.
    private func verbs() throws -> [String] {
      let help = try VitCommand().run("--help").text
      let list = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last)
      return list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
        .compactMap { $0.split(separator: " ").first.map(String.init) }
        .filter { $0 != "help" && $0 != "See" }
    }

    @Test func everyVerbHasAPageWithItsOptionsAndExamples() throws {
      let (pages, verbs) = (try pages(), try verbs())
      #expect(verbs.contains("classify") && verbs.contains("embed"))
      #expect(!verbs.contains("write-manual"))
      #expect(Set(pages.keys) == Set(["vit.1"] + verbs.map { "vit-\($0).1" }))
      for verb in verbs {
        let page = try #require(pages["vit-\(verb).1"])
        let shown = page.replacingOccurrences(of: "\\-", with: "-")
        for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"] {
          #expect(page.contains("\n.SH \"\(heading)\"\n"), "\(verb): no \(heading)")
        }
        #expect(shown.contains("\nvit-\(verb) - "))
        let help = try VitCommand().run(verb, "--help").text
        let options = help.matches(of: /(?m)^ +(?:-[a-z0-9], )?(--[a-z-]+)/).map { $0.output.1 }
        #expect(options.contains("--help"))
        for option in options {
          #expect(shown.contains("\\fB\(option)\\fR"), "\(verb): \(option) is missing")
        }
      }
    }

    @Test func thePageOfTheCommandTellsStatusesAndVariables() throws {
      let page = try #require(try pages()["vit.1"])
      for heading in ["VERBS", "EXIT STATUS", "ENVIRONMENT"] {
        #expect(page.contains("\n.SH \"\(heading)\"\n"))
      }
      for name in ["VIT_MODEL", "VIT_THREADS", "VIT_PRECISION", "VIT_HOME", "NO_COLOR"] {
        #expect(page.contains("\\fB\(name)\\fR"))
      }
      #expect(page.contains("interrupted"))
    }

    /// Quotes and hyphens that a typesetter made pretty could not be pasted into a shell.
    @Test func examplesStayWhatTheyAre() throws {
      let page = try #require(try pages()["vit-classify.1"])
      #expect(page.contains("\\-name \\(aq*.jpg\\(aq"))
      let requests = try Regex(#"^\.(TH|SH|SS|PP|TP|nf|fi)( |$)"#)
      for line in page.split(separator: "\n") {
        #expect(!line.hasPrefix("'"))
        if line.hasPrefix(".") { #expect(line.firstMatch(of: requests) != nil, "\(line)") }
        #expect(line.utf8.allSatisfy { $0 < 128 }, "\(line)")
      }
    }

    @Test func aFolderThatIsNotThereIs74() throws {
      let outcome = try VitCommand().run("write-manual", "/nowhere/at/all")
      #expect(outcome.status == 74)
      #expect(outcome.error.contains("make the folder first"))
    }
  }

  @Suite struct CompletionTests {
    @Test(arguments: ["bash", "zsh", "fish"])
    func everyShellKnowsVerbsOptionsAndChoices(shell: String) throws {
      let outcome = try VitCommand().run("--generate-completion-script", shell)
      #expect(outcome.status == 0)
      for word in ["classify", "similarity", "files-from", "jsonl", "bfloat16"] {
        #expect(outcome.text.contains(word), "\(shell): no \(word)")
      }
      #expect(!outcome.text.contains("write-manual"))
    }

    /// In the shell itself: what the tabulator key offers after these words.
    @Test(
      .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")),
      arguments: [
        (["cl"], ["classify"]), (["classify", "--labels-f"], ["--labels-file"]),
        (["classify", "--format", "js"], ["json", "jsonl"]),
        (["embed", "--precision", "b"], ["bfloat16"]),
        (["classify", "pho"], ["photo.jpg"]), (["embed", "--files-from", "li"], ["list.txt"]),
      ])
    func bashCompletes(words: [String], expected: [String]) throws {
      let scratch = try Scratch()
      for name in ["photo.jpg", "list.txt"] { try scratch.write(name, Data()) }
      try scratch.write(
        "vit.bash", try VitCommand().run("--generate-completion-script", "bash").output)
      try scratch.write(
        "try.bash",
        Data(
          """
          source ./vit.bash
          COMP_WORDS=(vit "$@"); COMP_CWORD=$#; COMP_LINE="vit $*"; COMP_POINT=${#COMP_LINE}
          _vit vit "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
          printf '%s\\n' "${COMPREPLY[@]}"
          """.utf8))
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["try.bash"] + words
      process.currentDirectoryURL = scratch.url
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(text.split(whereSeparator: \.isWhitespace).map(String.init).sorted() == expected)
    }
  }
}
