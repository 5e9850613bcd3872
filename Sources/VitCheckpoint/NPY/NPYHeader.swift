/// The header's text: a Python dict of three items in any order.
struct NPYHeader {
  let text: UnsafeRawBufferPointer
  let file: String
  let fileOffset: Int
  var position = 0
  var type = ""
  var isRowMajor = true
  var shape: [Int] = []

  init(text: UnsafeRawBufferPointer, file: String, fileOffset: Int) {
    self.text = text
    self.file = file
    self.fileOffset = fileOffset
  }

  private func malformed(_ reason: String) -> CheckpointError {
    .malformed(file: file, offset: fileOffset + position, reason: "the header: \(reason)")
  }

  mutating func read() throws(CheckpointError) {
    var found: Set<String> = []
    try expect("{")
    while !take("}") {
      let key = try quoted()
      guard found.insert(key).inserted else { throw malformed("\(key) twice") }
      try expect(":")
      switch key {
      case "descr": type = try quoted()
      case "fortran_order": isRowMajor = try !boolean()
      case "shape": shape = try tuple()
      default: throw malformed("the key \(key)")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == text.count, found.count == 3 else {
      throw malformed("not descr, fortran_order and shape alone")
    }
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
    guard take(character) else { throw malformed("expected \(character)") }
  }

  private mutating func quoted() throws(CheckpointError) -> String {
    let quote: UInt8 = take("\"") ? 0x22 : 0x27
    if quote == 0x27 { try expect("'") }
    let start = position
    while position < text.count, text[position] != quote { position += 1 }
    guard position < text.count else { throw malformed("a string without its closing quote") }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func boolean() throws(CheckpointError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("expected True or False")
  }

  private mutating func tuple() throws(CheckpointError) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !take(")") {
      guard sizes.count < 32 else { throw malformed("more than 32 axes") }
      skipSpace()
      let start = position
      while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
      guard let size = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
        throw malformed("a size that is no number")
      }
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
