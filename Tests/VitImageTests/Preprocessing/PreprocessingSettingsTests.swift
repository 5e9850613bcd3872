import Testing
import VitJSON

@testable import VitImage

/// What the configuration files say, and what they must not say.
@Suite struct PreprocessingSettingsTests {
  static func huggingFace(_ text: String, _ family: ProcessorFamily) throws -> Preprocessing {
    try .huggingFace(try JSONValue.parse(text, name: "t"), family: family, name: "t.json")
  }

  @Test func processorConfigHoldsTheImageSettings() throws {
    let nested = try Self.huggingFace(
      #"{"image_processor": {"image_processor_type": "CLIPImageProcessorFast", "size": {"#
        + #""shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}, "#
        + #""processor_class": "CLIPProcessor"}"#, .vit)
    #expect(nested.resize == .shortestEdge(336))
    #expect(nested.width == 336 && nested.height == 336)
    #expect(nested.filter == .bicubic)
  }

  @Test func theFilesClassWinsOverTheCallers() throws {
    let deit = try Self.huggingFace(#"{"feature_extractor_type": "DeiTFeatureExtractor"}"#, .vit)
    #expect(deit == (try Preprocessing.huggingFace(nil, family: .deit, name: "t.json")))
    #expect(deit.resize == .exact(width: 256, height: 256))
    #expect(deit.crop?.width == 224)
  }

  /// A model that brings no file: its class's, at the model's own size.
  @Test func withoutAFileTheModelsSizeHolds() {
    func own(_ family: ProcessorFamily, _ height: Int, _ width: Int) -> Preprocessing {
      .huggingFace(family: family, imageHeight: height, imageWidth: width)
    }
    #expect(
      own(.vit, 64, 48).resize == .exact(width: 48, height: 64) && own(.vit, 64, 48).crop == nil)
    #expect(own(.clip, 336, 336).resize == .shortestEdge(336) && own(.clip, 336, 336).width == 336)
    #expect(own(.clip, 24, 40).resize == .covering(width: 40, height: 24))
    #expect(own(.deit, 224, 224).resize == .exact(width: 256, height: 256))
    #expect(own(.deit, 384, 384).resize == .exact(width: 438, height: 438))
    #expect(own(.deit, 384, 384).width == 384)
  }

  @Test func everySettingIsObeyedOrNamed() throws {
    #expect(
      try Self.huggingFace(
        #"{"do_convert_rgb": true, "_valid_processor_keys": ["images"], "device": null, "#
          + #""data_format": "channels_first", "processor_class": "CLIPProcessor"}"#, .clip
      ).width == 224)
    for (setting, reason) in [
      (#""crop_pct": 0.9"#, "crop_pct is 0.9, a setting that is not known"),
      (#""do_pad": true"#, "do_pad is true; supported is only false"),
      (#""antialias": true"#, "antialias is true"),
    ] {
      let error = #expect(throws: PreprocessingError.self) {
        try Self.huggingFace("{\(setting)}", .vit)
      }
      #expect("\(try #require(error))".contains(reason))
    }
  }

  @Test func defaultsAreNamed() throws {
    let nothing = try Preprocessing.huggingFace(nil, family: .vit, name: "t.json")
    #expect(
      nothing.defaultedFields == [
        "do_resize", "size", "resample", "do_center_crop", "do_rescale", "rescale_factor",
        "do_normalize", "image_mean", "image_std",
      ])
    let some = try Self.huggingFace(
      #"{"do_resize": true, "size": 224, "resample": null, "do_center_crop": false, "#
        + #""do_rescale": false, "do_normalize": true, "image_mean": 0.5, "image_std": 0.5}"#,
      .vit)
    #expect(some.defaultedFields == ["resample"])
    let timm = try Preprocessing.timm(
      try JSONValue.parse(#"{"input_size": [3, 224, 224], "mean": [0.5, 0.5, 0.5]}"#, name: "t"),
      imageHeight: 192, imageWidth: 192, name: "t.json")
    #expect(
      timm.defaultedFields == ["input_size", "interpolation", "crop_mode", "crop_pct", "std"])
    #expect(timm.resize == .shortestEdge(219))
    #expect(timm.width == 192)
  }

  @Test func unknownProcessorsAreRefusedByName() throws {
    for type in ["ConvNextImageProcessor", "ViTHybridImageProcessor", "ImageProcessor", ""] {
      let text = #"{"image_processor_type": "\#(type)"}"#
      let error = #expect(throws: PreprocessingError.self) {
        try Self.huggingFace(text, .vit)
      }
      #expect("\(try #require(error))".hasPrefix("t.json: the image processor \(type)"))
    }
  }

  @Test(arguments: [
    #"{"size": -1}"#, #"{"size": 0}"#, #"{"size": 1e9}"#, #"{"size": 9223372036854775807}"#,
    #"{"size": 2.5}"#, #"{"size": "224"}"#, #"{"size": [1, 2, 3]}"#, #"{"size": {}}"#,
    #"{"size": {"height": 4}}"#, #"{"size": {"height": 4, "width": null}}"#,
    #"{"size": {"longest_edge": 4}}"#, #"{"size": {"shortest_edge": -4}}"#,
    #"{"crop_size": 0}"#, #"{"crop_size": {"shortest_edge": 4}}"#, #"{"crop_size": true}"#,
    #"{"resample": 6}"#, #"{"resample": -1}"#, #"{"resample": "bicubic"}"#,
    #"{"image_std": 0}"#, #"{"image_std": [0.5, 0.5, 0]}"#, #"{"image_std": [1, 1, -1]}"#,
    #"{"image_std": 1e-60}"#, #"{"image_std": [0.5, 0.5]}"#, #"{"image_mean": 1e60}"#,
    #"{"image_mean": ["a", 1, 1]}"#, #"{"image_mean": {}}"#,
    #"{"image_mean": 3e38, "image_std": 1e-3}"#,
    #"{"rescale_factor": 0}"#, #"{"rescale_factor": -1}"#, #"{"rescale_factor": 1e300}"#,
    #"{"do_resize": 1}"#, #"{"do_center_crop": "no"}"#, #"{"do_pad": true}"#,
    #"{"image_processor": 3}"#, #"{"image_processor_type": 3}"#, "[]", "3",
  ])
  func senselessSettingsAreErrors(text: String) throws {
    #expect(throws: PreprocessingError.self) { try Self.huggingFace(text, .clip) }
  }

  @Test func aCropWithoutASizeIsAnError() throws {
    #expect(throws: PreprocessingError.self) {
      try Self.huggingFace(#"{"do_center_crop": true}"#, .vit)
    }
  }

  @Test(arguments: [
    #"{"crop_pct": -1}"#, #"{"crop_pct": 1e-9}"#, #"{"crop_pct": 1e9}"#, #"{"crop_pct": "1"}"#,
    #"{"crop_mode": "middle"}"#, #"{"interpolation": "cubic"}"#, #"{"interpolation": 3}"#,
    #"{"std": [0, 0, 0]}"#, #"{"input_size": [1, 224, 224]}"#, #"{"input_size": 224}"#, "[]",
  ])
  func senselessTimmSettingsAreErrors(text: String) throws {
    let json = try JSONValue.parse(text, name: "t")
    #expect(throws: PreprocessingError.self) {
      try Preprocessing.timm(json, imageHeight: 224, imageWidth: 224, name: "t.json")
    }
  }

  @Test(arguments: [
    #"{"mode": "L"}"#, #"{"resize_mode": "fill"}"#, #"{"interpolation": "lanczos"}"#,
    #"{"resize_mode": "longest", "fill_color": 256}"#, #"{"mean": [0.5]  , "std": 0}"#,
    #"{"resize_mode": "longest", "fill_color": [1, 2]}"#,
  ])
  func senselessOpenCLIPSettingsAreErrors(text: String) throws {
    let json = try JSONValue.parse(text, name: "t")
    #expect(throws: PreprocessingError.self) {
      try Preprocessing.openCLIP(json, imageHeight: 224, imageWidth: 224, name: "t.json")
    }
  }

  @Test func descriptionTellsAllSteps() throws {
    let clip = try Preprocessing.huggingFace(nil, family: .clip, name: "t.json")
    #expect(
      "\(clip)" == "resize the shortest edge to 224, bicubic; "
        + "centre crop 224 x 224 (Hugging Face); scale by 1/255, "
        + "mean 0.48145467 0.4578275 0.40821072, std 0.26862955 0.2613026 0.2757771")
  }

  /// Every key with every kind of value: an error or a preprocessing that works, never a trap.
  @Test func anyValueOfAnyKey() throws {
    let keys = [
      "do_resize", "size", "resample", "do_center_crop", "crop_size", "do_rescale",
      "rescale_factor", "do_normalize", "image_mean", "image_std", "image_processor_type",
      "image_processor", "default_to_square", "input_size", "interpolation", "crop_pct",
      "crop_mode", "mean", "std", "mode", "resize_mode", "fill_color",
    ]
    let values = [
      "null", "true", "false", "0", "1", "-1", "3", "0.5", "16384", "1e308", "-1e308", "1e-308",
      "9223372036854775807", "-9223372036854775808", #""""#, #""border""#, #""squash""#,
      #""longest""#, #""nearest""#, "[]", "[1]", "[1, 2]", "[2, 1, 3]", "[3, 1, 1]",
      "[1e300, 1e-300, 0]", "{}", #"{"height": 1, "width": 16384}"#,
      #"{"shortest_edge": 16384, "longest_edge": 1}"#, #"{"max_height": 1, "max_width": 1}"#,
      #"{"height": 1e9, "width": -3}"#, #"{"shortest_edge": 1}"#,
    ]
    let images = [
      try Noise.image(width: 5, height: 3, seed: 1), try Noise.image(width: 1, height: 9, seed: 1),
    ]
    var worked = 0
    for key in keys {
      for value in values {
        let json = try JSONValue.parse("{\"\(key)\": \(value)}", name: "t")
        let readers: [() throws -> Preprocessing] = [
          { try .huggingFace(json, family: .clip, name: "t") },
          { try .huggingFace(json, family: .deit, name: "t") },
          { try .timm(json, imageHeight: 7, imageWidth: 6, name: "t") },
          { try .openCLIP(json, imageHeight: 7, imageWidth: 7, name: "t") },
        ]
        for reader in readers {
          guard let preprocessing = try? reader() else { continue }
          for image in images {
            guard let size = try? preprocessing.croppedImage(image) else { continue }
            let expected = preprocessing.outputSize(width: image.width, height: image.height)
            #expect(size.width == expected.width && size.height == expected.height)
            worked += 1
          }
        }
      }
    }
    #expect(worked > 1000)
  }
}
