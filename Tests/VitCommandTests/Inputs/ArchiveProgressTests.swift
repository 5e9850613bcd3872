import Foundation
import Testing
import VitTestSupport

@testable import vit

@Suite struct ArchiveProgressTests {
  /// Of two archives of four images of one size each, and a file; the first member tells the rest.
  @Test func theTotalIsToldFromTheBytesThatAreLeft() throws {
    let scratch = try Scratch()
    var writer = TarWriter()
    for number in 0..<4 { writer.add("\(number).jpg", [UInt8](repeating: 0, count: 100_000)) }
    let tars = try ["a.tar", "b.tar"].map { try scratch.write($0, Data(writer.bytes)) }
    let source = InputSource(
      arguments: tars + ["photo.jpg"], console: Console(isQuiet: true, isVerbose: false))
    #expect(source.total == nil && source.estimatedTotal == nil)
    for count in 1...9 {
      #expect(try source.next(1, waits: true).count == 1)
      #expect(source.estimatedTotal == ProgressBar.Total(count: 9, isEstimate: true), "\(count)")
    }
    #expect(try source.next(1, waits: true).isEmpty)
  }

  @Test func filesAloneAreCounted() throws {
    let source = InputSource(
      arguments: ["a.jpg", "b.jpg"], console: Console(isQuiet: true, isVerbose: false))
    #expect(source.estimatedTotal == ProgressBar.Total(count: 2))
  }
}
