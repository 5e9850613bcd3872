/// Σᵢ aᵢ bᵢ in double precision, in which the products of two float32 are exact.
///
/// Eight sums side by side, as one would wait for itself at each step; which element goes to which
/// depends on `count` alone, and so do the bits.
func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  let a = UnsafeRawPointer(a)
  let b = UnsafeRawPointer(b)
  let size = MemoryLayout<Float>.stride
  var index = 0
  while index + 8 <= count {
    let left = a.loadUnaligned(fromByteOffset: index * size, as: SIMD8<Float>.self)
    let right = b.loadUnaligned(fromByteOffset: index * size, as: SIMD8<Float>.self)
    sums += SIMD8<Double>(left) * SIMD8<Double>(right)
    index += 8
  }
  var sum = sums.sum()
  while index < count {
    let left = a.load(fromByteOffset: index * size, as: Float.self)
    let right = b.load(fromByteOffset: index * size, as: Float.self)
    sum += Double(left) * Double(right)
    index += 1
  }
  return sum
}
