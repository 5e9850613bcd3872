import VitOperations
import VitTensor

/// From the pooled vector to the embedding: each layer with its activation, `ViTModel`'s pooler,
/// CLIP's projection or the small MLP of OpenCLIP's timm towers.
///
/// - Parameters:
///   - pooled: `[n, width]`
///   - activations: Of the layers in order; none where there are fewer.
/// - Returns: `[n, embedding size]`
func projection(
  _ pooled: Tensor, _ layers: [LinearParameters<Tensor>], activations: [Activation] = []
) -> Tensor {
  var x = pooled
  for (index, layer) in layers.enumerated() {
    x = linear(x, layer)
    if index < activations.count { x = activation(x, activations[index]) }
  }
  return x
}

/// Logits `[n, classes]`; of a distilled model the mean of its two heads' logits, as timm
/// (`deit.py`, `VisionTransformerDistilled`) and transformers (`modeling_deit.py`) have it.
func classifier(
  _ output: ImageTowerOutput, _ onClass: LinearParameters<Tensor>,
  _ onDistillation: LinearParameters<Tensor>?
) -> Tensor {
  let logits = linear(output.headInput, onClass)
  guard let onDistillation, let distillation = output.distillation else { return logits }
  return scaled(logits + linear(distillation, onDistillation), by: 0.5)
}
