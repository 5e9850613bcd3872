import CKernels
import Foundation
import Testing
import VitSystem

@testable import VitImage

/// Laws that hold whatever the reference says.
@Suite struct ResizeKernelTests {
  /// A small generator of test sizes; the same in every run.
  struct Sizes: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) ^ state
    }
  }

  /// Random sizes and windows: each set equals the specification, and a window equals the same
  /// part of the whole.
  @Test(arguments: KernelSets.names.dropFirst())
  func equalsScalar(name: String) throws {
    var sizes = Sizes(state: 7)
    let kernels = try #require(KernelSets.named(name))
    for round in 0..<300 {
      func side(_ limit: Int) -> Int { Int.random(in: 1...limit, using: &sizes) }
      let limit = round % 3 == 0 ? 12 : 160
      let image = try Noise.image(
        width: side(limit), height: side(limit), seed: round, extreme: round % 2 == 0)
      let width = side(limit)
      let height = side(limit)
      let left = Int.random(in: 0..<width, using: &sizes)
      let top = Int.random(in: 0..<height, using: &sizes)
      let columns = left..<Int.random(in: (left + 1)...width, using: &sizes)
      let rows = top..<Int.random(in: (top + 1)...height, using: &sizes)
      let filter = ResampleFilter.allCases[round % 6]
      var operation = ResizeOperation(
        sourceWidth: image.width, sourceHeight: image.height, width: width, height: height,
        columns: columns, rows: rows, filter: filter, kernels: kernels)
      let result = try image.pixels.withUnsafeBufferPointer { try operation($0) }
      operation.kernels = KernelSets.scalar
      #expect(try result == image.pixels.withUnsafeBufferPointer { try operation($0) })

      let whole = ResizeOperation(
        sourceWidth: image.width, sourceHeight: image.height, width: width, height: height,
        columns: 0..<width, rows: 0..<height, filter: filter, kernels: KernelSets.scalar)
      let all = try image.pixels.withUnsafeBufferPointer { try whole($0) }
      let part = rows.flatMap { row in
        all[((row * width + columns.lowerBound) * 3)..<((row * width + columns.upperBound) * 3)]
      }
      #expect(result == part, "\(image.width) x \(image.height) to \(width) x \(height) \(filter)")
    }
  }

  @Test(arguments: ResampleFilter.allCases)
  func constantStaysConstant(filter: ResampleFilter) throws {
    let pixels = (0..<(61 * 47)).flatMap { _ in [0, 255, 117] as [UInt8] }
    let image = try Image(width: 61, height: 47, pixels: pixels)
    for (width, height) in [(7, 5), (200, 90), (61, 3), (1, 1)] {
      let result = try image.resized(width: width, height: height, filter: filter)
      #expect(
        result.pixels == (0..<(width * height)).flatMap { _ in [0, 255, 117] as [UInt8] })
    }
  }

  /// The source ends at a page that must not be touched.
  @Test(arguments: KernelSets.names)
  func readsNothingBehindTheSource(name: String) throws {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let room = 64 * page
    let memory = try #require(
      mmap(nil, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0))
    defer { munmap(memory, room + page) }
    #expect(mprotect(memory + room, page, PROT_NONE) == 0)
    for (width, height) in [(1, 1), (1, 90), (90, 1), (23, 31), (64, 48), (250, 300), (5, 5)] {
      let image = try Noise.image(width: width, height: height, seed: 3)
      let count = image.pixels.count
      let start = (memory + room - count).assumingMemoryBound(to: UInt8.self)
      start.update(from: image.pixels, count: count)
      for (targetWidth, targetHeight) in [(3, 2), (width, 7), (7, height), (100, 101), (31, 1)] {
        for filter in [ResampleFilter.bicubic, .lanczos, .nearest] {
          let operation = ResizeOperation(
            sourceWidth: width, sourceHeight: height, width: targetWidth, height: targetHeight,
            columns: 0..<targetWidth, rows: 0..<targetHeight, filter: filter,
            kernels: try #require(KernelSets.named(name)))
          let result = try operation(UnsafeBufferPointer(start: start, count: count))
          #expect(
            try image.resized(width: targetWidth, height: targetHeight, filter: filter).pixels
              == result)
        }
      }
    }
  }

  /// A weight beyond a vector set's digits is left to the specification.
  @Test(arguments: KernelSets.names.dropFirst())
  func largeWeightsAreLeftToScalar(name: String) throws {
    let kernels = try #require(KernelSets.named(name))
    for (weight, accepted) in [(Int32(1) << 22, true), (1 << 27, false), (-(1 << 27), false)] {
      let place: [Int32] = [0, 1, weight]
      place.withUnsafeBufferPointer { place in
        let start = place.baseAddress!
        var windows = vit_resize_windows(
          count: 1, stride: 1, start: start, length: start + 1, weights: start + 2)
        var packed = [UInt8](repeating: 0, count: vit_resize_packed_bytes(kernels, &windows))
        let taken = vit_resize_pack(kernels, &windows, &packed)
        #expect(taken == (accepted ? kernels : KernelSets.scalar))
      }
    }
  }

  @Test func senselessSizesAreErrors() throws {
    let image = try Noise.image(width: 3, height: 3, seed: 1)
    for (width, height) in [
      (0, 4), (4, 0), (-1, 4), (4, Int.min), (Int.max, Int.max), (1 << 20, 1 << 20), (1 << 21, 1),
    ] {
      #expect(throws: RequestError.self) {
        try image.resized(width: width, height: height, filter: .bicubic)
      }
    }
  }
}
