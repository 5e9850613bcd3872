import Foundation
import Synchronization
import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct ProcessTests {
  @Test func anEmptyVariableIsUnset() throws {
    let path = try #require(ProcessInfo.processInfo.environment["PATH"])
    #expect(Environment["PATH"] == path)
    #expect(Environment["VIT_NO_SUCH_VARIABLE"] == nil)
    // To set one would take it from under the tests that run beside this one.
    var (empty, filled): ([CChar], [CChar]) = ([0], [0x61, 0])
    #expect(Environment.text(&empty) == nil)
    #expect(Environment.text(&filled) == "a")
  }

  @Test func theMachineIsTheOneThatFoundationSees() {
    let machine = Machine()
    #expect(machine.processorCount == ProcessInfo.processInfo.processorCount)
    #expect(machine.memoryBytes == Int(ProcessInfo.processInfo.physicalMemory))
    #expect(!machine.system.isEmpty && !machine.architecture.isEmpty && !machine.processor.isEmpty)
  }

  @Test func linesOfProcAreFoundByTheirName() {
    let text = "processor\t: 0\nmodel name\t: AMD: a processor\nVmHWM:\t  12345 kB\n"
    let file = ProcessFile(Array(text.utf8))
    #expect(file["model name"] == "AMD: a processor")
    #expect(file["VmHWM"] == "12345 kB")
    #expect(file["model"] == nil)
  }

  @Test func processorTimeGrowsWithWork() {
    let start = ResourceUsage.processorTime
    while ResourceUsage.processorTime - start < .milliseconds(1) {}
    #expect(start > .zero)
  }

  @Test func peakMemoryIsThatOfWhatWasTouched() {
    let size = 64 << 20
    ResourceUsage.resetPeakMemory()
    let before = ResourceUsage.peakMemory
    let bytes = [UInt8](repeating: 1, count: size)
    withExtendedLifetime(bytes) {}
    // Other tests may give memory back meanwhile.
    #expect(ResourceUsage.peakMemory >= size)
    #expect(before > 1 << 20)
  }

  @Test(.timeLimit(.minutes(10))) func aWokenPipeEndsTheWaitForInput() throws {
    let folder = try ScratchFolder()
    #expect(mkfifo(folder["fifo"], 0o600) == 0)
    let reader = try FileDescriptor(folder["fifo"], for: .reading)
    let writer = try FileDescriptor(folder["fifo"], for: .writing)
    let pipe = try #require(WakePipe())
    try writer.write(Array("a".utf8))
    #expect(pipe.waitForInput(reader))
    #expect(try reader.read(upTo: 1) == Array("a".utf8))
    pipe.wake()
    #expect(!pipe.waitForInput(reader))
    #expect(!pipe.waitForInput(reader))
  }

  @Test func aSignalIsHandedOverOnceItIsNotBlocked() {
    // The threads that tests run on block most signals.
    Signal.fileSizeLimit.handle { _ in ProcessTests.handled.store(true, ordering: .relaxed) }
    var isHandled = Self.handled.load(ordering: .relaxed)
    #expect(!isHandled)
    Signal.fileSizeLimit.unblock()
    raise(SIGXFSZ)
    isHandled = Self.handled.load(ordering: .relaxed)
    #expect(isHandled)
    // It would end the process.
    Signal.fileSizeLimit.ignore()
    raise(SIGXFSZ)
  }

  private static let handled = Atomic(false)
}
