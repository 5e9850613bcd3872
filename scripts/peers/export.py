"""Makes one model in every form that the contenders read: export.py MODEL FOLDER PIXELS.npy.

The model is the image tower of CLIP as transformers has it, with random weights: pixels to projected
vector. PIXELS is what int8 is calibrated with.
"""

import os
import sys

import numpy as np
import torch
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

SIZES = {
    "vit-base-32": {"patch_size": 32},
    "vit-base-16": {"patch_size": 16},
    "vit-tiny": {
        "patch_size": 16, "hidden_size": 192, "intermediate_size": 768, "num_attention_heads": 3},
}


class Tower(torch.nn.Module):
    """From pixels to the vector, without the names of the outputs."""

    def __init__(self, folder):
        super().__init__()
        self.model = CLIPVisionModelWithProjection.from_pretrained(
            folder, attn_implementation="sdpa")

    def forward(self, pixels):
        return self.model(pixel_values=pixels).image_embeds


def make(name, folder):
    torch.manual_seed(0)
    size = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12} | SIZES[name]
    model = CLIPVisionModelWithProjection(
        CLIPVisionConfig(num_hidden_layers=12, image_size=224, projection_dim=512, **size))
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            # Unlike a fresh model's, whose blocks hardly change their input.
            if parameter.ndim == 2 and "embedding" not in parameter_name:
                parameter.normal_(std=parameter.shape[1] ** -0.5)
            elif parameter_name.endswith("bias"):
                parameter.normal_(std=0.02)
    model.eval().save_pretrained(folder)


def export_onnx(tower, folder):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    path = os.path.join(folder, "float32.onnx")
    torch.onnx.export(
        tower, (torch.zeros(2, 3, 224, 224),), path, input_names=["pixels"], output_names=["vector"],
        dynamic_shapes={"pixels": {0: torch.export.Dim("batch")}}, dynamo=True, external_data=False)
    prepared = os.path.join(folder, "prepared.onnx")
    quant_pre_process(path, prepared, skip_symbolic_shape=True)
    quantize_dynamic(
        prepared, os.path.join(folder, "int8.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    os.remove(prepared)


def export_openvino(tower, folder, pixels):
    import nncf
    import openvino

    model = openvino.convert_model(
        tower, example_input=torch.zeros(1, 3, 224, 224), input=[-1, 3, 224, 224])
    openvino.save_model(model, os.path.join(folder, "float32.xml"), compress_to_fp16=False)
    data = nncf.Dataset([image[None] for image in pixels])
    quantized = nncf.quantize(
        model, data, model_type=nncf.ModelType.TRANSFORMER, subset_size=len(pixels))
    openvino.save_model(quantized, os.path.join(folder, "int8.xml"))


if __name__ == "__main__":
    name, folder, calibration = sys.argv[1:]
    source = os.path.join(folder, "model")
    if calibration == "-":
        make(name, source)
        sys.exit()
    tower = Tower(source).eval()
    with torch.inference_mode(False), torch.no_grad():
        export_onnx(tower, folder)
        export_openvino(tower, folder, np.load(calibration))
