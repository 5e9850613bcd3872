import VitBoxModel
import VitImage
import VitKit
import VitSystem
import VitTensor

/// What `doctor` finds.
struct DoctorReport {
  struct FoundModel {
    let name: String
    let path: String
    /// Why it cannot be used.
    var error: String?
    /// What `vit convert` made of it.
    var convertedTo: String?

    init(name: String, path: String, load: () throws -> Model) {
      (self.name, self.path) = (name, path)
      do {
        let info = try load().info
        convertedTo = info.conversion == nil ? nil : info.precision
      } catch {
        self.error = "\(error)"
      }
    }
  }

  let machine = Machine()
  let models: [FoundModel]
  /// What a user may want that is not there, with the way to get it.
  let missing: [String]
  /// Names of the variables that are set and change what the command does.
  let environment: [String]

  init() throws {
    environment = EnvironmentVariable.namesThatAreSet(
      of: try CommandTree(dump: Vit._dumpHelp()).root)
    let box = FoundModel(name: Model.boxName, path: "in the binary") { try Model.box }
    let cached = ModelLocation.cached().map { model in
      FoundModel(name: model.name, path: model.path) { try Model.load(model.path) }
    }
    models = [box] + cached
    var missing = ImageLibraries.missing
    if cached.isEmpty {
      missing.append(
        "no other models; download one with `vit download "
          + "google/vit-base-patch16-224` and name it with --model")
    }
    if KernelSet.isNamed, KernelSet.active != KernelSet.available.last {
      missing.append(
        "faster kernels may be switched off: VIT_KERNELS names \(KernelSet.active); unset it")
    }
    self.missing = missing
  }

  /// Those in which the kernels in use are no slower than in float32.
  private static var fastPrecisions: [Precision] {
    Precision.allCases.filter(KernelSet.isFast)
  }

  var json: JSONText {
    .object([
      ("version", .string(Vit.version)),
      ("system", .string(machine.system)),
      ("architecture", .string(machine.architecture)),
      ("processor", .string(machine.processor)),
      ("processor_count", .number(machine.processorCount)),
      ("memory_bytes", .number(machine.memoryBytes)),
      ("threads", .number(ThreadPool.shared.threadCount)),
      ("kernel_set", .string(KernelSet.active)),
      ("kernel_sets", .strings(KernelSet.available)),
      ("kernel_set_reason", .string(KernelSet.reason)),
      ("fast_precisions", .strings(Self.fastPrecisions.map(\.rawValue))),
      ("libraries", .strings(ImageLibraries.versions)),
      ("environment", .strings(environment)),
      ("vit_home", .string(ModelLocation.vitHome)),
      ("hub_cache", .string(ModelLocation.hubCache)),
      (
        "models",
        .array(
          models.map { model in
            .object(
              [("name", .string(model.name)), ("path", .string(model.path))]
                + (model.convertedTo.map { [("converted_to", .string($0))] } ?? [])
                + (model.error.map { [("error", .string($0))] } ?? []))
          })
      ),
      ("missing", .strings(missing)),
    ])
  }

  var table: TerminalText {
    let gibibytes = decimals(Double(machine.memoryBytes) / Double(1 << 30), 1)
    var rows = [
      ("vit", Vit.version),
      ("system", "\(machine.system), \(machine.architecture)"),
      ("processor", "\(machine.processor), \(machine.processorCount) threads"),
      ("memory", "\(gibibytes) GiB"),
      ("threads", "\(ThreadPool.shared.threadCount)"),
      (
        "kernels",
        "\(KernelSet.active), \(KernelSet.reason) (of \(KernelSet.available.joined(separator: ", ")))"
      ),
      (
        "precisions",
        Self.fastPrecisions.map(\.rawValue).joined(separator: ", ")
          + (Self.fastPrecisions.contains(.bfloat16)
            ? "; auto is bfloat16" : "; bfloat16 would be slower than float32, so auto is float32")
      ),
      ("libraries", ImageLibraries.versions.joined(separator: ", ")),
      ("variables", environment.isEmpty ? "none is set" : environment.joined(separator: ", ")),
      ("VIT_HOME", ModelLocation.vitHome ?? "not set"),
      ("Hub cache", ModelLocation.hubCache),
    ]
    for model in models {
      let state = model.error.map { "unusable: \($0)" } ?? model.path
      let note = model.convertedTo.map { ", converted to \($0)" } ?? ""
      rows.append(("model", "\(model.name)  \(state)\(note)"))
    }
    rows += missing.map { ("missing", $0) }
    return rows.map { row -> TerminalText in "\(row.0.padded(to: 11))\(row.1)\n" }.joined()
  }
}
