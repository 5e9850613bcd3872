import VitJSON

extension SettingsTable {
  /// The image processors of transformers (`image_processing_utils.py` and the classes of
  /// `ProcessorFamily`). They read no key that they do not have.
  static let huggingFaceProcessor = SettingsTable(
    obeyed: [
      "image_processor_type", "feature_extractor_type", "do_resize", "size", "default_to_square",
      "resample", "do_center_crop", "crop_size", "do_rescale", "rescale_factor", "do_normalize",
      "image_mean", "image_std",
    ],
    harmless: [
      // Every image becomes RGB.
      "do_convert_rgb",
      // How a Python program hands arrays in and out.
      "data_format", "input_data_format", "return_tensors", "device", "disable_grouping",
      "processor_class", "tokenizer_class", "auto_map", "transformers_version", "name_or_path",
      // Of segmentation, and of texts beside the images.
      "do_reduce_labels", "reduce_labels", "ignore_index", "num_labels", "id2label", "label2id",
      "image_seq_length", "num_channels", "model_input_names", "pad_size",
    ],
    fixed: [
      "do_pad": [false], "do_flip_channel_order": [false], "use_square_size": [false],
      "do_thumbnail": [false], "do_align_long_axis": [false],
    ], allowsUnknownOff: true)

  /// `preprocess_cfg` of open_clip (`transform.py`, `PreprocessCfg`). It has no other keys.
  static let openCLIPPreprocessing = SettingsTable(
    obeyed: ["mode", "interpolation", "resize_mode", "mean", "std", "fill_color", "size"],
    harmless: ["url", "hf_hub", "quick_gelu"], allowsUnknownOff: true)
}
