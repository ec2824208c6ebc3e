package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a command line says instead of the spec: changes in the spec's tree, which is read again.
 */
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
        case "seed" -> training.put("seed", whole(key, value, faults));
        case "batch-size" ->
            training.put(
                "batch_size", value.equals("full") ? value : (Object) whole(key, value, faults));
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
      faults.add(key + " needs a number, got '" + value + "'");
      return 1; // a number that is no fault of its own
    }
  }

  private static long whole(String key, String value, List<String> faults) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      faults.add(key + " needs a whole number, got '" + value + "'");
      return 1;
    }
  }
}
