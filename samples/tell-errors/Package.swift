// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "tell-errors",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "VitKit", path: "../..")],
  targets: [
    .executableTarget(
      name: "tell-errors",
      dependencies: [
        .product(name: "VitKit", package: "VitKit"),
        .product(name: "VitBoxModel", package: "VitKit"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
