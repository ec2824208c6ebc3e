package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a spec's tree and collects all faults, including those of shapes and sizes. */
final class SpecReader {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final List<String> faults = new ArrayList<>();

  private SpecReader() {}

  static ModelSpec read(@Nullable Object tree) {
    return new SpecReader().spec(tree);
  }

  private ModelSpec spec(@Nullable Object tree) {
    SpecFields f = SpecFields.of("spec", tree, faults);
    if (!f.isValid()) {
      throw new InvalidSpecException(faults);
    }
    String name =
        f.name(
            "name",
            NAME,
            "up to 100 letters, digits, '.', '_' and '-', and begin with a letter or digit",
            "?");
    InputSpec input = input(f.section("input"));
    List<LayerSpec> layers = new ArrayList<>();
    LayerListReader reader = new LayerListReader(faults);
    List<Integer> output =
        reader.read(f.node("layers"), input == null ? null : input.paddedShape(), layers);
    LossSpec loss = LossReader.read(f, faults);
    OptimizerSpec optimizer = OptimizerReader.read(f.section("optimizer"));
    ScheduleSpec schedule = ScheduleReader.read(f.has("schedule") ? f.section("schedule") : null);
    TrainingSpec training =
        TrainingReader.read(f.has("training") ? f.section("training") : null, faults);
    f.rejectUnknownKeys();
    if (output != null && loss != null) {
      output(loss.type(), output);
      classWeights(loss, output);
    }
    wholeNumbers(input, layers);
    oneSample(training, reader.singleValued());
    if (faults.isEmpty() && input != null && loss != null && optimizer != null) {
      ModelSpec spec = new ModelSpec(name, input, layers, loss, optimizer, schedule, training);
      faults.addAll(Network.resolve(spec).faults());
      if (faults.isEmpty()) {
        return spec;
      }
    }
    throw new InvalidSpecException(faults);
  }

  private @Nullable InputSpec input(@Nullable SpecFields f) {
    if (f == null || !f.isValid()) {
      return null;
    }
    double scale = f.number("scale", Range.FINITE, 1);
    int pad = f.integer("pad", 0, 0);
    List<Integer> shape = new ArrayList<>();
    boolean sizes =
        f.node("shape") instanceof List<?> list
            && list.size() >= 1
            && list.size() <= 3
            && list.stream().allMatch(size -> SpecFields.isInteger(size, 1, Integer.MAX_VALUE));
    if (sizes && f.node("shape") instanceof List<?> list) {
      list.forEach(size -> shape.add(((Number) size).intValue()));
    } else {
      f.fault(
          "shape must be [features], [length, features] or [channels, height, width], got "
              + SpecFields.show(f.node("shape")));
    }
    if (pad > 0 && !shape.isEmpty() && shape.size() < 3) {
      f.fault("pad is only for images of shape [channels, height, width], got shape " + shape);
    }
    f.rejectUnknownKeys();
    if (!f.isValid()) {
      return null;
    }
    InputSpec input = new InputSpec(shape, scale, pad);
    if (ShapeInference.tooLarge(input.paddedShape())) {
      f.fault("shape " + shape + " with pad " + pad + " has more than 2147483647 values");
    }
    return f.isValid() ? input : null;
  }

  private void output(LossType loss, List<Integer> shape) {
    boolean classes = loss == LossType.CROSS_ENTROPY;
    if (shape.size() != 1 && !(classes && shape.size() == 2)) {
      faults.add(
          "loss: "
              + loss.word()
              + " needs an output of shape "
              + (classes ? "[classes] or [length, classes]" : "[outputs]")
              + ", got "
              + shape
              + "; end the network with a flatten and a linear layer");
    } else if (classes && shape.get(shape.size() - 1) < 2) {
      faults.add("loss: cross_entropy needs at least 2 outputs, got " + shape);
    }
  }

  private void classWeights(LossSpec loss, List<Integer> shape) {
    int weights = loss.classWeights().size();
    int classes = shape.get(shape.size() - 1);
    if (weights > 0 && weights != classes) {
      faults.add(
          "loss: class_weights must have a number for each class: the network has "
              + classes
              + " classes, got "
              + weights
              + " numbers");
    }
  }

  private void wholeNumbers(@Nullable InputSpec input, List<LayerSpec> layers) {
    if (input == null || input.scale() == 1 || layers.isEmpty()) {
      return;
    }
    LayerSpec first = layers.get(0);
    boolean tokens = first instanceof LayerSpec.Embedding;
    if (tokens || first instanceof LayerSpec.ColumnEmbedding) {
      faults.add(
          "input: scale must be 1, because layer "
              + first.name()
              + " ("
              + first.type()
              + ") takes "
              + (tokens ? "token" : "category")
              + " numbers, got "
              + input.scale());
    }
  }

  /** Rejects batch norms that would get one value per channel, as PyTorch does. */
  private void oneSample(TrainingSpec training, List<LayerListReader.SingleValued> norms) {
    int micro = training.microBatchSize().orElse(0);
    boolean parts = micro > 0 && (micro == 1 || training.batchSize() % micro == 1);
    if (training.batchSize() == 1 || parts) {
      for (LayerListReader.SingleValued norm : norms) {
        faults.add(
            norm.where()
                + ": needs more than one value per channel in training, got training."
                + (micro > 1
                    ? "batch_size "
                        + training.batchSize()
                        + " in micro-batches of "
                        + micro
                        + ", the last of"
                    : parts ? "micro_batch_size" : "batch_size")
                + " 1 and an input of shape "
                + norm.shape());
      }
    }
  }
}
