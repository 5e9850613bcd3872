/// NumPy's array file (numpy `lib/format.py`); written as version 1.
package enum NPY {
  /// A little-endian float32 array; the header is padded to a multiple of 64 bytes, as NumPy does.
  package static func header(shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    let length = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - length % 64) % 64) + "\n"
    let count = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)]
      + Array(text.utf8)
  }

  package static func bytes(_ values: [Float], shape: [Int]) -> [UInt8] {
    var bytes = header(shape: shape)
    values.withUnsafeBytes { bytes += $0 }
    return bytes
  }
}
