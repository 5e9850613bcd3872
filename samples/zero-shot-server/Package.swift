// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "zero-shot-server",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "VitKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "zero-shot-server",
      dependencies: [
        .product(name: "VitKit", package: "VitKit"),
        .product(name: "VitBoxModel", package: "VitKit"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
