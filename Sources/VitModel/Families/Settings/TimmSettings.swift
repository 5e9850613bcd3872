import VitJSON

/// What timm's `config.json` may say (`models/_hub.py`, `models/_pretrained.py`,
/// `models/vision_transformer.py`, `VisionTransformer.__init__`).
enum TimmSettings {
  /// The top of the file. timm reads `global_pool` there nowhere, so that it is told where it says
  /// something else than what is computed.
  static let configuration = SettingsTable(
    obeyed: [
      "architecture", "model_args", "pretrained_cfg", "num_classes", "label_names",
      "label_descriptions", "global_pool",
    ],
    harmless: [
      "num_features", "model_name", "name", "license", "language", "library_name", "tags",
      "datasets", "metrics", "pipeline_tag", "transformers_version", "architectures", "dtype",
      "torch_dtype",
    ], allowsUnknownOff: true)

  /// The whole of a file from before timm 0.9, which has no `pretrained_cfg`.
  static let flatConfiguration = SettingsTable(
    obeyed: configuration.obeyed.union(pretrainedObeyed),
    harmless: configuration.harmless.union(pretrainedHarmless).union(["labels"]),
    fixed: pretrainedFixed, allowsUnknownOff: true)

  /// `pretrained_cfg`, of which preprocessing reads its own part.
  static let pretrained = SettingsTable(
    obeyed: pretrainedObeyed, harmless: pretrainedHarmless, fixed: pretrainedFixed,
    allowsUnknownOff: true)

  private static let pretrainedObeyed: Set<String> = [
    "input_size", "interpolation", "crop_pct", "crop_mode", "mean", "std", "num_classes",
    "label_names", "label_descriptions", "fixed_input_size",
  ]
  /// Where the weights came from, and what the test protocol of timm's own tables reads.
  private static let pretrainedHarmless: Set<String> = [
    "url", "file", "hf_hub_id", "hf_hub_filename", "source", "architecture", "tag", "custom_load",
    "test_input_size", "min_input_size", "test_crop_pct", "pool_size", "test_pool_size",
    "first_conv", "classifier", "license", "description", "origin_url", "paper_name", "paper_ids",
    "notes",
  ]
  private static let pretrainedFixed: [String: [JSONValue]] = ["label_offset": [0]]

  /// `model_args`, in which a key that the class does not have is an error in timm too.
  static let modelArguments = SettingsTable(
    obeyed: [
      "img_size", "patch_size", "num_classes", "global_pool", "embed_dim", "depth", "num_heads",
      "mlp_ratio", "qkv_bias", "init_values", "class_token", "no_embed_class", "reg_tokens",
      "pre_norm", "final_norm", "fc_norm", "pool_include_prefix", "dynamic_img_size",
      "dynamic_img_pad", "norm_layer", "act_layer", "distilled",
    ],
    harmless: [
      "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate",
      "drop_path_rate", "drop_block_rate", "weight_init", "fix_init", "device", "dtype",
      "pretrained_strict",
      "scriptable", "exportable", "no_jit", "cache_dir",
    ],
    fixed: [
      "in_chans": [3], "qk_norm": [false], "scale_attn_norm": [false], "scale_mlp_norm": [false],
      "proj_bias": [true], "pos_embed": ["learn"], "attn_layer": ["", "attn"],
      "embed_norm_layer": [""], "use_naflex": [false], "features_only": [false], "pruned": [false],
      "strict_img_size": [true],
    ])
}
