// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "rank-by-sentence",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "VitKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "rank-by-sentence",
      dependencies: [
        .product(name: "VitKit", package: "VitKit")
      ])
  ],
  swiftLanguageModes: [.v6]
)
