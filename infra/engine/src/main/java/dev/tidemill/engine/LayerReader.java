package dev.tidemill.engine;

import dev.tidemill.engine.LayerSpec.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one layer of a spec. */
final class LayerReader {
  private static final List<String> TYPES =
      List.of(
          "conv2d",
          "max_pool2d",
          "avg_pool2d",
          "linear",
          "batch_norm2d",
          "batch_norm1d",
          "dropout",
          "flatten",
          "relu",
          "tanh",
          "sigmoid",
          "gelu");
  private static final String NAME = "(?!optimizer(\\.|$))[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*";

  /** A layer as it was read: where it stands, for faults, and null where it had any. */
  record Read(String where, String name, @Nullable LayerSpec layer) {}

  private LayerReader() {}

  static Read read(int place, @Nullable Object node, List<String> faults) {
    Fields head = Fields.of("layers[" + place + "]", node, faults);
    if (!head.sound()) {
      return new Read("layers[" + place + "]", Integer.toString(place), null);
    }
    String position = Integer.toString(place);
    String name =
        head.has("name")
            ? head.name(
                "name",
                NAME,
                "letters, digits, _ and dots between them, and not to begin with optimizer",
                position)
            : position;
    String type = head.word("type", TYPES);
    String where = where(place, name, type == null ? "?" : type);
    if (type == null || node == null) {
      return new Read(where, name, null);
    }
    Fields fields = Fields.of(where, node, faults);
    fields.has("type");
    fields.has("name");
    LayerSpec layer = layer(type, name, fields);
    fields.end();
    return new Read(where, name, head.sound() && fields.sound() ? layer : null);
  }

  static String where(int place, String name, String type) {
    return "layers[" + place + "] " + name + " (" + type + ")";
  }

  private static LayerSpec layer(String type, String name, Fields f) {
    return switch (type) {
      case "conv2d" -> conv2d(name, f);
      case "max_pool2d" -> {
        Window w = window(f, null);
        yield new LayerSpec.MaxPool2d(name, w.kernelSize, w.stride, w.padding);
      }
      case "avg_pool2d" -> {
        Window w = window(f, null);
        yield new LayerSpec.AvgPool2d(name, w.kernelSize, w.stride, w.padding);
      }
      case "linear" -> new LayerSpec.Linear(name, f.whole("out_features", 1), f.flag("bias", true));
      case "batch_norm2d" -> new LayerSpec.BatchNorm2d(name, eps(f), momentum(f));
      case "batch_norm1d" -> new LayerSpec.BatchNorm1d(name, eps(f), momentum(f));
      case "dropout" -> new LayerSpec.Dropout(name, f.number("p", Range.SHARE, 0.5));
      case "flatten" -> new LayerSpec.Flatten(name);
      case "relu" -> new Activation(name, Activation.Kind.RELU);
      case "tanh" -> new Activation(name, Activation.Kind.TANH);
      case "sigmoid" -> new Activation(name, Activation.Kind.SIGMOID);
      case "gelu" -> new Activation(name, gelu(f));
      default -> throw new AssertionError(type);
    };
  }

  private static LayerSpec conv2d(String name, Fields f) {
    int outChannels = f.whole("out_channels", 1);
    Window w = window(f, Size2d.of(1));
    return new LayerSpec.Conv2d(
        name, outChannels, w.kernelSize, w.stride, w.padding, f.flag("bias", true));
  }

  private record Window(Size2d kernelSize, Size2d stride, Size2d padding) {}

  /** The default stride is null for pooling: the kernel's size. */
  private static Window window(Fields f, @Nullable Size2d defaultStride) {
    Size2d kernel = f.size("kernel_size", 1, null);
    Size2d stride = f.size("stride", 1, defaultStride == null ? kernel : defaultStride);
    Size2d padding = f.size("padding", 0, Size2d.of(0));
    // PyTorch's rule for pooling; it keeps every window on at least one value.
    if (defaultStride == null
        && (padding.height() > kernel.height() / 2 || padding.width() > kernel.width() / 2)) {
      f.fault("padding needs at most half of kernel_size " + kernel + ", got " + padding);
    }
    return new Window(kernel, stride, padding);
  }

  private static double eps(Fields f) {
    return f.number("eps", Range.ABOVE_ZERO, 1e-5);
  }

  private static double momentum(Fields f) {
    return f.number("momentum", Range.SHARE, 0.1);
  }

  private static Activation.Kind gelu(Fields f) {
    return f.word("approximate", List.of("none", "tanh"), "none").equals("tanh")
        ? Activation.Kind.GELU_TANH
        : Activation.Kind.GELU;
  }
}
