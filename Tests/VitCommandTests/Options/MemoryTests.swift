import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct MemoryTests {
    /// A photograph of 300 × 451 pixels takes some 1.3 MB until the model's 224 × 224 are made.
    @Test func anImageThatNeedsTooMuchFailsAndTheOthersGoOn() throws {
      let small = TestData.committed("images/pngsuite/basn2c08.png").path
      let outcome = try VitCommand().run(
        "embed", "--memory", "900k", small, Photos.cat.path, small)
      #expect(outcome.status == 1)
      #expect(outcome.lines.count == 3)
      #expect(outcome.lines[1].contains("more than the budget of 900 KiB; raise --memory"))
      #expect(outcome.error.contains("\(Photos.cat.path): takes 1."))
      #expect(outcome.lines[0] == outcome.lines[2])
    }

    @Test func aTightBudgetChangesNoBit() throws {
      let photos = [Photos.coffee, Photos.cat, Photos.coat, Photos.shoes].map(\.path)
      let inputs = photos + photos + photos
      let plenty = try VitCommand().run(["embed"] + inputs)
      // The largest, of 600 × 400 pixels, takes 1.9 MB.
      let tight = try VitCommand().run(["embed", "--memory", "2M", "--threads", "4"] + inputs)
      #expect(tight.status == 0)
      #expect(tight.output == plenty.output)
    }

    @Test func theEnvironmentSetsItAndNonsenseIsUsage() throws {
      var command = VitCommand()
      command.environment = ["VIT_MEMORY": "64k"]
      #expect(try command.run("embed", Photos.cat.path).status == 1)
      let refused = try command.run("embed", Photos.cat.path)
      #expect(refused.error.contains("more than the budget of 64 KiB; raise --memory"))
      #expect(try command.run("embed", "--memory", "1.5GiB", Photos.cat.path).status == 0)
      for text in ["much", "0", "-1", "1x", "", "inf", "1e99"] {
        #expect(try VitCommand().run("embed", "--memory", text, Photos.cat.path).status == 64)
      }
    }

    #if os(Linux)
      /// `--threads` is what runs, decoding included.
      @Test(arguments: [1, 2, 3]) func noMoreThreadsRunThanWereAskedFor(threads: Int) throws {
        let scratch = try Scratch()
        let inputs = [String](repeating: Photos.coffee.path, count: 40)
        let process = try VitCommand().process(
          ["embed", "--threads", "\(threads)", "--output", scratch.path("v.npy")] + inputs)
        try process.run()
        var most = 0
        while process.isRunning {
          let status = "/proc/\(process.processIdentifier)/status"
          if let text = try? String(contentsOfFile: status, encoding: .utf8),
            let count = text.firstMatch(of: /Threads:\s+(\d+)/).flatMap({ Int($0.output.1) })
          {
            most = max(most, count)
          }
          usleep(500)
        }
        #expect(process.terminationStatus == 0)
        #expect(most == threads)
      }
    #endif
  }
}
