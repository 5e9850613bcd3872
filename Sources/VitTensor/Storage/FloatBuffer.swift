import VitSystem

/// Float32 storage, 64-byte aligned, zero at first, freed with the last reference.
///
/// `@unchecked Sendable`: pointer and count never change, and the memory lives as long as the
/// object. Who writes through the pointer must know that nobody else does at the time; within this
/// package a buffer belongs to one call or one session, and is handed on, not shared.
package final class FloatBuffer: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) throws(OutOfMemory) {
    precondition(count >= 0)
    let memory = try InputMemory.allocate(
      count: max(count, 1), of: MemoryLayout<Float>.stride, alignment: 64)
    pointer = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
    self.count = count
  }

  deinit { InputMemory.giveBack(pointer) }
}
