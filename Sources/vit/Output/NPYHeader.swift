/// The first 128 bytes of a float32 array in NumPy's format 1.0, always as long, so that a count
/// can be put in when all rows are written.
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
enum NPYHeader {
  static let size = 128

  /// - Parameter shape: at most four dimensions, so that it fits.
  static func bytes(shape: [Int]) -> [UInt8] {
    let tuple = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(tuple)), }"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size - 10), 0]
    bytes += dictionary.utf8
    bytes += [UInt8](repeating: 0x20, count: size - bytes.count - 1)
    return bytes + [0x0A]
  }
}
