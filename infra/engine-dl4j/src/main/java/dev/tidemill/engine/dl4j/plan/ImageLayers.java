package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.dl4j.image.AvgPool2d;
import dev.tidemill.engine.dl4j.image.Conv2d;
import dev.tidemill.engine.dl4j.image.Image;
import dev.tidemill.engine.dl4j.image.MaxPool2d;
import dev.tidemill.engine.dl4j.image.PooledConv2d;
import dev.tidemill.engine.dl4j.image.Window;
import dev.tidemill.engine.dl4j.kernel.BatchNorm;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.natives.SmallGemm;

/** Kernels of the layers of images, and of batch normalization. */
final class ImageLayers {
  private final PlanAssembler draft;

  ImageLayers(PlanAssembler draft) {
    this.draft = draft;
  }

  /** Whether the layer is a convolution that is better done in one with the pooling after it. */
  boolean pooledAtOnce(Network.Layer next) {
    Network.Layer layer = draft.layer();
    return layer.spec() instanceof LayerSpec.Conv2d conv
        && next.spec() instanceof LayerSpec.MaxPool2d pool
        && PooledConv2d.suits(
            Image.of(layer.inputShape()),
            Image.of(layer.outputShape()),
            window(conv),
            window(pool),
            draft.signal());
  }

  Signal pooledConv2d(LayerSpec.Conv2d spec, Network.Layer pool) {
    Signal out = draft.fresh(pool.outputLength());
    return draft.add(
        new PooledConv2d(
            draft.batch(),
            Image.of(draft.layer().inputShape()),
            Image.of(pool.outputShape()),
            window(spec),
            draft.signal(),
            draft.parameter("weight"),
            draft.parameterOrNull("bias"),
            out,
            SmallGemm.IS_FAST,
            draft.workspace()),
        out);
  }

  Signal conv2d(LayerSpec.Conv2d spec) {
    Signal out = draft.fresh(draft.layer().outputLength());
    return draft.add(
        Conv2d.of(
            draft.batch(),
            Image.of(draft.layer().inputShape()),
            Image.of(draft.layer().outputShape()),
            window(spec),
            draft.signal(),
            draft.parameter("weight"),
            draft.parameterOrNull("bias"),
            out,
            draft.workspace()),
        out);
  }

  Signal maxPool2d(LayerSpec.MaxPool2d spec) {
    Signal out = draft.fresh(draft.layer().outputLength());
    Image in = Image.of(draft.layer().inputShape());
    return draft.add(
        MaxPool2d.of(draft.batch(), in, window(spec), draft.signal(), out, draft.workspace()), out);
  }

  Signal avgPool2d(LayerSpec.AvgPool2d spec) {
    Window window = new Window(spec.kernelSize(), spec.stride(), spec.padding());
    Signal out = draft.fresh(draft.layer().outputLength());
    Image in = Image.of(draft.layer().inputShape());
    return draft.add(new AvgPool2d(draft.batch(), in, window, draft.signal(), out), out);
  }

  Signal batchNorm(double eps, double momentum) {
    Network.Layer layer = draft.layer();
    Signal out = draft.fresh(layer.outputLength());
    int channels = layer.inputShape().get(0);
    BatchNorm.Tensors tensors =
        new BatchNorm.Tensors(
            draft.parameter("weight"),
            draft.parameter("bias"),
            draft.parameter("running_mean").values(),
            draft.parameter("running_var").values());
    return draft.add(
        new BatchNorm(
            layer.name(),
            draft.batch(),
            channels,
            layer.inputLength() / channels,
            eps,
            momentum,
            draft.signal(),
            tensors,
            out),
        out);
  }

  private static Window window(LayerSpec.Conv2d spec) {
    return new Window(spec.kernelSize(), spec.stride(), spec.padding());
  }

  private static Window window(LayerSpec.MaxPool2d spec) {
    return new Window(spec.kernelSize(), spec.stride(), spec.padding());
  }
}
