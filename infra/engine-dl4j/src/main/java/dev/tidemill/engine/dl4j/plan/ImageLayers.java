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

/** Adds kernels for image layers and batch normalization. */
final class ImageLayers {
  private final PlanAssembler assembler;

  ImageLayers(PlanAssembler assembler) {
    this.assembler = assembler;
  }

  /**
   * Returns whether the layer is a convolution that is faster when fused with the pooling after it.
   */
  boolean fusesWith(Network.Layer next) {
    Network.Layer layer = assembler.layer();
    return layer.spec() instanceof LayerSpec.Conv2d conv
        && next.spec() instanceof LayerSpec.MaxPool2d pool
        && PooledConv2d.isFastest(
            Image.of(layer.inputShape()),
            Image.of(layer.outputShape()),
            window(conv),
            window(pool),
            assembler.signal());
  }

  Signal pooledConv2d(LayerSpec.Conv2d spec, Network.Layer pool) {
    Signal out = assembler.newOutput(pool.outputLength());
    return assembler.add(
        new PooledConv2d(
            assembler.batch(),
            Image.of(assembler.layer().inputShape()),
            Image.of(pool.outputShape()),
            window(spec),
            assembler.signal(),
            assembler.parameter("weight"),
            assembler.parameterOrNull("bias"),
            out,
            SmallGemm.IS_FAST,
            assembler.workspace()),
        out);
  }

  Signal conv2d(LayerSpec.Conv2d spec) {
    Signal out = assembler.newOutput(assembler.layer().outputLength());
    return assembler.add(
        Conv2d.of(
            assembler.batch(),
            Image.of(assembler.layer().inputShape()),
            Image.of(assembler.layer().outputShape()),
            window(spec),
            assembler.signal(),
            assembler.parameter("weight"),
            assembler.parameterOrNull("bias"),
            out,
            assembler.workspace()),
        out);
  }

  Signal maxPool2d(LayerSpec.MaxPool2d spec) {
    Signal out = assembler.newOutput(assembler.layer().outputLength());
    Image in = Image.of(assembler.layer().inputShape());
    return assembler.add(
        MaxPool2d.of(
            assembler.batch(), in, window(spec), assembler.signal(), out, assembler.workspace()),
        out);
  }

  Signal avgPool2d(LayerSpec.AvgPool2d spec) {
    Window window = new Window(spec.kernelSize(), spec.stride(), spec.padding());
    Signal out = assembler.newOutput(assembler.layer().outputLength());
    Image in = Image.of(assembler.layer().inputShape());
    return assembler.add(
        new AvgPool2d(assembler.batch(), in, window, assembler.signal(), out), out);
  }

  Signal batchNorm(double eps, double momentum) {
    Network.Layer layer = assembler.layer();
    Signal out = assembler.newOutput(layer.outputLength());
    int channels = layer.inputShape().get(0);
    BatchNorm.Tensors tensors =
        new BatchNorm.Tensors(
            assembler.parameter("weight"),
            assembler.parameter("bias"),
            assembler.parameter("running_mean").values(),
            assembler.parameter("running_var").values());
    return assembler.add(
        new BatchNorm(
            layer.name(),
            assembler.batch(),
            channels,
            layer.inputLength() / channels,
            eps,
            momentum,
            assembler.signal(),
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
