/// One input's result in each of the text forms; only the one asked for is made.
struct Record {
  let json: () -> JSONText
  let csv: () -> [UInt8]
  let table: () -> TerminalText
}
