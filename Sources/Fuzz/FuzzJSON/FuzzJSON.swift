// libFuzzer target: the JSON reader takes any bytes, and what it takes it writes and reads back.

import FuzzHarness
import VitJSON

nonisolated(unsafe) private let harness = FuzzHarness("got past eight values", "were JSON")

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ input: UnsafeMutableRawBufferPointer) {
  let bytes = UnsafeRawBufferPointer(input)
  do throws(JSONError) {
    _ = try JSONValue.parse(bytes, name: "input", limits: JSONLimits(values: 8))
  } catch {
    if error.reason.contains("values allowed") { harness.note("got past eight values") }
  }
  for allowsDuplicateKeys in [false, true] {
    let limits = JSONLimits(values: 4096, allowsDuplicateKeys: allowsDuplicateKeys)
    guard let value = try? JSONValue.parse(bytes, name: "input", limits: limits) else { continue }
    if !allowsDuplicateKeys { harness.note("were JSON") }
    let text = value.serialized()
    guard let again = try? JSONValue.parse(text, name: "output", limits: limits) else {
      fatalError("does not read what it wrote: \(text)")
    }
    precondition(again == value, "\(text) is another value")
    for key in value.object?.keys ?? [] { precondition(value[key] != nil) }
  }
}
