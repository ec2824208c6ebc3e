package dev.tidemill.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the loss of a spec: its name, or a mapping with arguments. */
final class LossReader {
  static final String LABEL_SMOOTHING = "label_smoothing";
  static final String CLASS_WEIGHTS = "class_weights";
  static final String BALANCED = "balanced";

  private LossReader() {}

  /** Returns the loss; null, with a fault, if it is missing or unknown. */
  static @Nullable LossSpec read(SpecFields spec, List<String> faults) {
    if (!(spec.node("loss") instanceof Map<?, ?> arguments)) {
      String word = spec.word("loss", LossType.words());
      return word == null ? null : LossSpec.of(LossType.of(word));
    }
    SpecFields f = SpecFields.of("loss", arguments, faults);
    String word = f.word("type", LossType.words());
    if (word == null) {
      return null;
    }
    LossSpec loss = LossSpec.of(LossType.of(word));
    if (loss.type() == LossType.CROSS_ENTROPY) {
      loss = crossEntropy(f);
    } else {
      for (String key : List.of(LABEL_SMOOTHING, CLASS_WEIGHTS)) {
        if (f.has(key)) {
          f.fault(key + " is only for cross_entropy, got a loss of type " + word);
        }
      }
    }
    f.rejectUnknownKeys();
    return loss;
  }

  private static LossSpec crossEntropy(SpecFields f) {
    double smoothing = f.number(LABEL_SMOOTHING, Range.ZERO_TO_BELOW_ONE, 0);
    boolean balanced = BALANCED.equals(f.node(CLASS_WEIGHTS));
    List<Double> weights = f.has(CLASS_WEIGHTS) && !balanced ? weights(f) : List.of();
    return new LossSpec(LossType.CROSS_ENTROPY, smoothing, weights, balanced);
  }

  private static List<Double> weights(SpecFields f) {
    Object node = f.node(CLASS_WEIGHTS);
    if (node instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(LossReader::isWeight)) {
      return list.stream().map(weight -> ((Number) weight).doubleValue()).toList();
    }
    f.fault(
        "class_weights must be "
            + BALANCED
            + ", or a list of positive FLOAT32 numbers, one for each class, got "
            + SpecFields.show(node));
    return List.of();
  }

  /** Engines compute with FLOAT32, where a tiny number is 0 and a huge one is infinite. */
  private static boolean isWeight(@Nullable Object value) {
    return value instanceof Number number
        && number.floatValue() > 0
        && Float.isFinite(number.floatValue());
  }
}
