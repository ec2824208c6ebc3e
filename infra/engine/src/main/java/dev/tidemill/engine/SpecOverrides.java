package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Applies the overrides of a command line: changes the spec's tree and reads it again. */
final class SpecOverrides {
  private static final List<String> KEYS =
      List.of("optimizer", "learning-rate", "batch-size", "seed");

  private SpecOverrides() {}

  static ModelSpec apply(ModelSpec spec, Map<String, String> overrides) {
    List<String> faults = new ArrayList<>();
    Map<String, Object> tree = SpecTree.of(spec);
    Map<String, Object> optimizer = new LinkedHashMap<>(SpecTree.of(spec.optimizer()));
    Map<String, Object> training = new LinkedHashMap<>(SpecTree.of(spec.training()));
    String type = overrides.get("optimizer");
    if (type != null && !type.equals(spec.optimizer().type())) {
      optimizer = new LinkedHashMap<>(Map.of("type", type));
    }
    for (Map.Entry<String, String> override : new TreeMap<>(overrides).entrySet()) {
      String key = override.getKey();
      String value = override.getValue();
      switch (key) {
        case "optimizer" -> {}
        case "learning-rate" -> optimizer.put("learning_rate", number(key, value, faults));
        case "seed" -> training.put("seed", integer(key, value, faults));
        case "batch-size" ->
            training.put(
                "batch_size", value.equals("full") ? value : (Object) integer(key, value, faults));
        default -> faults.add("unknown override '" + key + "'" + KeySuggestion.hint(key, KEYS));
      }
    }
    tree.put("optimizer", optimizer);
    tree.put("training", training);
    try {
      ModelSpec changed = SpecReader.read(tree);
      if (faults.isEmpty()) {
        return changed;
      }
    } catch (InvalidSpecException e) {
      faults.addAll(e.faults());
    }
    throw new InvalidSpecException(faults);
  }

  private static double number(String key, String value, List<String> faults) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      faults.add(key + " must be a number, got '" + value + "'");
      return 1; // Valid, so that it causes no second fault.
    }
  }

  private static long integer(String key, String value, List<String> faults) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      faults.add(key + " must be an integer, got '" + value + "'");
      return 1;
    }
  }
}
