import VitJSON
import VitSystem

/// Vectors in the text formats of `vit embed`.
extension Embeddings {
  /// `input,error,0,1,…`, a row an input; those that failed are left out.
  init(csv path: String) throws {
    var reader = CSVReader(try Self.contents(path))
    guard let header = reader.next(), header.count > 2,
      header.prefix(2).elementsEqual([Array("input".utf8), Array("error".utf8)])
    else {
      throw InputError(
        path, .unknownFormat, reason: "does not begin with input,error,0,1,…",
        remedy: "give a file that `vit embed` wrote")
    }
    let size = header.count - 2
    var (names, values): ([String], [Float]) = ([], [])
    while true {
      let line = reader.line
      guard let fields = reader.next() else { break }
      if fields.count == header.count, !fields[1].isEmpty { continue }
      let numbers = fields.dropFirst(2).compactMap { Float(String(decoding: $0, as: UTF8.self)) }
      guard fields.count == header.count, numbers.count == size else {
        throw InputError(
          path, .damaged, reason: "line \(line) has not \(size) numbers",
          remedy: "embed the inputs again")
      }
      names.append(SystemName.text(fields[0]))
      values += numbers
    }
    try self.init(names: names, values: values, size: size, provenance: [:])
  }

  /// Objects `{"input", "embedding"}`: one a line, or all in one array; those with an error are left
  /// out.
  init(json path: String, isLines: Bool) throws {
    let bytes = try Self.contents(path)
    func parse(_ bytes: some Collection<UInt8>) throws -> JSONValue {
      try Array(bytes).withUnsafeBytes {
        try JSONValue.parse(
          $0, name: path, limits: JSONLimits(bytes: Self.mostBytes, values: 1 << 30))
      }
    }
    let objects: [JSONValue]
    if isLines {
      objects = try bytes.trimmingPrefix([0xEF, 0xBB, 0xBF]).split(separator: 0x0A)
        .filter { $0 != [0x0D] }.map(parse)
    } else {
      guard let array = try parse(bytes).array else {
        throw InputError(
          path, .unknownFormat, reason: "is not an array of objects",
          remedy: "give a file that `vit embed` wrote")
      }
      objects = array
    }
    var (names, values): ([String], [Float]) = ([], [])
    var size: Int?
    for (index, object) in objects.enumerated() where object["error"] == nil {
      let numbers = object["embedding"]?.array?.compactMap(\.double) ?? []
      guard let name = object.input, !numbers.isEmpty, numbers.count == size ?? numbers.count,
        numbers.count == object["embedding"]?.array?.count
      else {
        throw InputError(
          path, .damaged,
          reason: "object \(index + 1) has no input and embedding like those before",
          remedy: "give a file that `vit embed` wrote")
      }
      size = numbers.count
      names.append(name)
      values += numbers.map { Float($0) }
    }
    try self.init(names: names, values: values, size: size ?? 1, provenance: [:])
  }

  /// A million vectors of 512 numbers take less.
  private static let mostBytes = 16 << 30

  private static func contents(_ path: String) throws -> [UInt8] {
    do throws(SystemError) {
      return try RegularFile.contents(of: path, limit: mostBytes)
    } catch {
      throw InputError(path, .unreadable, reason: error.reason, remedy: "make it readable")
    }
  }
}
