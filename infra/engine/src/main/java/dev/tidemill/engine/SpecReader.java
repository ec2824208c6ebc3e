package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a spec's tree and gathers every fault in it, those of shapes and sizes included. */
final class SpecReader {
  private static final int MAX_LAYERS = 1000;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final List<String> faults = new ArrayList<>();

  private SpecReader() {}

  static ModelSpec read(@Nullable Object tree) {
    return new SpecReader().spec(tree);
  }

  private ModelSpec spec(@Nullable Object tree) {
    Fields f = Fields.of("spec", tree, faults);
    if (!f.sound()) {
      throw new InvalidSpecException(faults);
    }
    String name = f.name("name", NAME, "letters, digits, '.', '_' and '-'", "?");
    InputSpec input = input(f.section("input"));
    List<LayerSpec> layers = new ArrayList<>();
    List<Integer> output =
        layers(f.node("layers"), input == null ? null : input.paddedShape(), layers);
    String lossWord = f.word("loss", LossType.words());
    LossType loss = "mse".equals(lossWord) ? LossType.MSE : LossType.CROSS_ENTROPY;
    OptimizerSpec optimizer = LearningReader.optimizer(f.section("optimizer"));
    ScheduleSpec schedule =
        LearningReader.schedule(f.has("schedule") ? f.section("schedule") : null);
    TrainingSpec training =
        LearningReader.training(f.has("training") ? f.section("training") : null, faults);
    f.end();
    if (output != null && lossWord != null) {
      output(loss, output);
    }
    if (faults.isEmpty() && input != null && optimizer != null) {
      ModelSpec spec = new ModelSpec(name, input, layers, loss, optimizer, schedule, training);
      faults.addAll(Network.resolve(spec).faults());
      if (faults.isEmpty()) {
        return spec;
      }
    }
    throw new InvalidSpecException(faults);
  }

  private @Nullable InputSpec input(@Nullable Fields f) {
    if (f == null || !f.sound()) {
      return null;
    }
    double scale = f.number("scale", Range.FINITE, 1);
    int pad = f.whole("pad", 0, 0);
    List<Integer> shape = new ArrayList<>();
    boolean sizes =
        f.node("shape") instanceof List<?> list
            && (list.size() == 1 || list.size() == 3)
            && list.stream().allMatch(size -> Fields.isWhole(size, 1, Integer.MAX_VALUE));
    if (sizes && f.node("shape") instanceof List<?> list) {
      list.forEach(size -> shape.add(((Number) size).intValue()));
    } else {
      f.fault(
          "shape needs [features] or [channels, height, width], got "
              + Fields.show(f.node("shape")));
    }
    if (pad > 0 && shape.size() == 1) {
      f.fault("pad needs an image, shape [channels, height, width], got shape " + shape);
    }
    f.end();
    if (!f.sound()) {
      return null;
    }
    InputSpec input = new InputSpec(shape, scale, pad);
    if (ShapeInference.tooLarge(input.paddedShape())) {
      f.fault("shape " + shape + " with pad " + pad + " holds more than 2147483647 values");
    }
    return f.sound() ? input : null;
  }

  /** Reads all layers; gives back the last one's shape, null where it cannot be known. */
  private @Nullable List<Integer> layers(
      @Nullable Object node, @Nullable List<Integer> input, List<LayerSpec> into) {
    if (!(node instanceof List<?> list) || list.isEmpty() || list.size() > MAX_LAYERS) {
      faults.add(
          "layers: needs a list of 1 to "
              + MAX_LAYERS
              + " layers, got "
              + (node instanceof List<?> list ? list.size() + " layers" : Fields.show(node)));
      return null;
    }
    Map<String, String> places = new HashMap<>();
    List<Integer> shape = input;
    for (int place = 0; place < list.size(); place++) {
      LayerReader.Read read = LayerReader.read(place, list.get(place), faults);
      String before = places.putIfAbsent(read.name(), read.where());
      if (before != null) {
        faults.add(
            read.where() + ": name needs to be unique, got '" + read.name() + "' as in " + before);
      }
      LayerSpec layer = read.layer();
      if (layer != null) {
        into.add(layer);
      }
      shape = ShapeInference.output(read.where(), layer, shape, faults);
    }
    return shape;
  }

  private void output(LossType loss, List<Integer> shape) {
    if (shape.size() != 1) {
      faults.add(
          "loss: "
              + loss.word()
              + " needs one row of outputs a sample, got "
              + shape
              + "; put a flatten and a linear layer last");
    } else if (loss == LossType.CROSS_ENTROPY && shape.get(0) < 2) {
      faults.add("loss: cross_entropy needs at least 2 outputs, got " + shape);
    }
  }
}
