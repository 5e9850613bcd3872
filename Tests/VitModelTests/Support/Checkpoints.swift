import VitCheckpoint

/// A checkpoint in memory that lives as long as the process.
func checkpoint(
  _ tensors: [(name: String, shape: [Int], values: [Float])]
) throws -> Checkpoint {
  try kept(SafetensorsWriter.bytes(tensors), name: "model.safetensors")
}

/// As `checkpoint`, of a file's bytes.
func kept(_ bytes: [UInt8], name: String) throws -> Checkpoint {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
  memory.copyBytes(from: bytes)
  return try Checkpoint(UnsafeRawBufferPointer(memory), name: name)
}
