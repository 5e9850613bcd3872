// swift-tools-version: 6.2

import PackageDescription

/// libFuzzer harnesses, which have no `main` of their own: `scripts/fuzz` builds them with
/// `--sanitize fuzzer`, and sets the variable that makes them exist.
let fuzzTargets: [Target] =
  Context.environment["VITKIT_FUZZ"] == nil
  ? []
  : [
    .target(name: "FuzzHarness", dependencies: ["VitSystem"]),
    .target(name: "CAllocationPeak"),
    .target(
      name: "ImageFuzzHarness",
      dependencies: ["CAllocationPeak", "FuzzHarness", "VitSystem", "VitImage"]),
    fuzz("FuzzDecode", ["ImageFuzzHarness"]), fuzz("FuzzBMP", ["ImageFuzzHarness"]),
    fuzz("FuzzGIF", ["ImageFuzzHarness"]), fuzz("FuzzWebP", ["ImageFuzzHarness"]),
    fuzz("FuzzTIFF", ["ImageFuzzHarness"]), fuzz("FuzzHEIC", ["ImageFuzzHarness"]),
    fuzz("FuzzAVIF", ["ImageFuzzHarness"]), fuzz("FuzzRAW", ["ImageFuzzHarness"]),
    fuzz("FuzzEXIF", ["VitImage"]),
    fuzz("FuzzJSON", ["VitJSON"]), fuzz("FuzzSafetensors", ["VitCheckpoint"]),
    fuzz("FuzzPickle", ["VitCheckpoint"]), fuzz("FuzzTokenizer", ["VitText"]),
    fuzz(
      "FuzzConfiguration", ["VitSystem", "VitJSON", "VitCheckpoint", "VitImage", "VitModel"]),
    fuzz("FuzzTorchScript", ["VitSystem", "VitCheckpoint", "VitModel"]),
    fuzz("FuzzTar", ["VitImage"]),
  ]

func fuzz(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + ["FuzzHarness"], path: "Sources/Fuzz/\(name)")
}

/// Of tests that compute next to nothing by themselves and would be compiled for minutes, the last of
/// all, on one processor. What they test is optimised.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"])]

let package = Package(
  name: "VitKit",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "VitKit", targets: ["VitKit"]),
    .library(name: "VitBoxModel", targets: ["VitBoxModel"]),
    .library(name: "VitHub", targets: ["VitHub"]),
    .executable(name: "vit", targets: ["vit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // Layer 0: system libraries and C.
    .systemLibrary(
      name: "CLibJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // Libraries that are looked up when they are first needed, so that nobody starts slower and the
    // build wants nothing of them.
    .target(name: "CRuntimeLibraries"),
    .target(name: "CCodecs", dependencies: ["CLibJPEG", "CLibPNG", "CRuntimeLibraries"]),
    .target(name: "CCurl", dependencies: ["CRuntimeLibraries"]),
    .target(name: "CArguments"),
    .target(name: "CFreedMemory"),
    .target(name: "CHash"),
    .target(name: "CKernels"),
    .target(name: "CLostPages"),
    .target(name: "CStandardError"),
    .target(name: "CTextData", exclude: ["bpe_simple_vocab_16e6.txt.gz"]),
    .target(name: "VitSystem", dependencies: ["CLostPages"]),

    // Layer 1
    .target(name: "VitJSON", dependencies: ["VitSystem"]),
    .target(name: "VitTensor", dependencies: ["CKernels", "VitSystem"]),

    // Layer 2
    .target(
      name: "VitImage", dependencies: ["CCodecs", "CKernels", "VitSystem", "VitJSON", "VitTensor"]),
    .target(
      name: "VitText", dependencies: ["CTextData", "CZlib", "VitSystem", "VitJSON", "VitTensor"]),
    .target(name: "VitCheckpoint", dependencies: ["CHash", "VitSystem", "VitJSON", "VitTensor"]),
    .target(name: "VitOperations", dependencies: ["VitSystem", "VitTensor"]),

    // Layer 3
    .target(
      name: "VitModel",
      dependencies: [
        "VitSystem", "VitJSON", "VitTensor", "VitImage", "VitText", "VitCheckpoint",
        "VitOperations",
      ]),

    // Layer 4
    .target(
      name: "VitKit",
      dependencies: [
        "VitSystem", "VitJSON", "VitTensor", "VitImage", "VitText", "VitCheckpoint", "VitModel",
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Layer 5
    .target(
      name: "CBoxModel", exclude: ["vit_tiny_patch16_224.augreg_in21k_ft_in1k"]),
    .target(name: "VitBoxModel", dependencies: ["CBoxModel", "VitKit", "VitModel"]),
    .target(
      name: "VitHub",
      dependencies: [
        "CCurl", "VitSystem", "VitJSON", "VitCheckpoint", "VitText", "VitModel", "VitKit",
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Layer 6
    .executableTarget(
      name: "vit",
      dependencies: [
        "CArguments", "CFreedMemory", "CStandardError", "VitSystem", "VitKit", "VitBoxModel",
        "VitHub", "VitJSON",
        "VitTensor",
        "VitImage", "VitText", "VitCheckpoint", "VitModel",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Tests mirror the sources.
    .target(name: "VitTestSupport", dependencies: ["VitJSON"], path: "Tests/VitTestSupport"),
    .testTarget(name: "VitSystemTests", dependencies: ["VitSystem", "VitTestSupport"]),
    .testTarget(name: "VitJSONTests", dependencies: ["VitJSON", "VitTestSupport"]),
    .testTarget(
      name: "VitCheckpointTests", dependencies: ["VitCheckpoint", "VitTensor", "VitTestSupport"]),
    .testTarget(name: "VitTensorTests", dependencies: ["VitTensor", "CKernels", "VitTestSupport"]),
    .testTarget(name: "VitOperationsTests", dependencies: ["VitOperations", "VitTensor"]),
    .testTarget(name: "VitTextTests", dependencies: ["VitText", "VitTestSupport"]),
    .testTarget(
      name: "VitImageTests",
      dependencies: [
        "VitSystem", "VitImage", "VitJSON", "VitCheckpoint", "CKernels", "VitTestSupport",
      ]),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "VitModelTests",
      dependencies: [
        "VitModel", "VitTensor", "VitCheckpoint", "VitOperations", "VitTestSupport",
        "CAllocationCounter",
      ]),
    .testTarget(
      name: "VitKitTests",
      dependencies: [
        "VitSystem", "VitKit", "VitBoxModel", "VitImage", "VitModel", "VitCheckpoint",
        "VitOperations", "VitTensor", "VitTestSupport",
      ], swiftSettings: unoptimised),
    .testTarget(
      name: "VitHubTests", dependencies: ["vit", "VitHub", "VitKit", "VitTestSupport"],
      swiftSettings: unoptimised),
    .executableTarget(
      name: "DocumentationSnippets", dependencies: ["VitKit", "VitBoxModel", "VitHub"],
      path: "Tests/DocumentationSnippets"),
    .testTarget(
      name: "DocumentationTests", dependencies: ["DocumentationSnippets", "VitTestSupport"]),
    .testTarget(
      name: "VitCommandTests", dependencies: ["vit", "VitTestSupport"], swiftSettings: unoptimised),
  ] + fuzzTargets,
  swiftLanguageModes: [.v6]
)
