import Foundation
import Testing

@testable import VitCheckpoint

struct NPYTests {
  @Test(arguments: [
    ("float32.npy", [3, 4]), ("float16.npy", [5]), ("version2.npy", [2, 2]),
  ])
  func readsWhatNumPyWrites(name: String, shape: [Int]) throws {
    let array = try NPY.read(contentsOf: committed(name))
    #expect(array.shape == shape)
    #expect(array.values == expected(count: shape.reduce(1, *)))
  }

  /// Byte for byte.
  @Test func writesAsNumPyDoes() throws {
    let file = try Data(contentsOf: URL(filePath: committed("float32.npy")))
    #expect(NPY.bytes(expected(count: 12), shape: [3, 4]) == [UInt8](file))
  }

  @Test(arguments: [[], [3], [0, 7], [2, 1, 3]])
  func readsWhatItWrites(shape: [Int]) throws {
    let values = expected(count: shape.reduce(1, *))
    let array = try NPY.read(kept(NPY.bytes(values, shape: shape)), name: "x.npy")
    #expect(array == NPYArray(shape: shape, values: values))
  }

  @Test(arguments: [("fortran.npy", "Fortran"), ("float64.npy", "<f8")])
  func refusesOtherForms(name: String, reason: String) {
    let error = #expect(throws: CheckpointError.self) {
      try NPY.read(contentsOf: committed(name))
    }
    #expect(error?.description.contains(reason) == true)
  }

  @Test(arguments: [
    "", "{", "}", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'descr': '<f4'}",
    "{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 8)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
  ])
  func refuses(header: String) {
    let count = header.utf8.count
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)]
      + Array(header.utf8) + raw([1, 2] as [Float])
    #expect(throws: CheckpointError.self) { try NPY.read(kept(bytes), name: "x.npy") }
  }

  @Test func refusesEveryTruncation() {
    let whole = NPY.bytes([1, 2], shape: [2])
    for count in whole.indices {
      #expect(throws: CheckpointError.self) {
        try NPY.read(kept(Array(whole[..<count])), name: "x")
      }
    }
  }
}
