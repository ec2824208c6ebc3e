package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The difference between the spec of a lineage and the spec that a trainer wants to continue with.
 *
 * @param refusals differences that prevent it: in the network, or in the optimizer's state tensors
 * @param changes allowed differences, one sentence each, for the manifest
 */
public record SpecDifference(List<String> refusals, List<String> changes) {

  private static final String SEED_STAYS = " (ignored: training continues with the lineage's seed)";

  public SpecDifference {
    refusals = List.copyOf(refusals);
    changes = List.copyOf(changes);
  }

  /** Whether training may continue the lineage. */
  public boolean allowed() {
    return refusals.isEmpty();
  }

  /** Compares two valid specs. */
  public static SpecDifference between(ModelSpec lineage, ModelSpec asked) {
    List<String> refusals = new ArrayList<>();
    sections("input", SpecTree.of(lineage.input()), SpecTree.of(asked.input()), refusals);
    layers("layers", lineage.layers(), asked.layers(), refusals);
    value("loss", lineage.loss().type().word(), asked.loss().type().word(), refusals);
    List<String> had = lineage.optimizer().stateNames();
    List<String> needs = asked.optimizer().stateNames();
    if (!had.equals(needs)) {
      refusals.add(
          "optimizer "
              + asked.optimizer().type()
              + " has the state "
              + needs
              + "; the lineage's optimizer, "
              + lineage.optimizer().type()
              + ", has "
              + had);
    }
    List<String> changes = new ArrayList<>();
    value("name", lineage.name(), asked.name(), changes);
    sections("loss", SpecTree.of(lineage.loss()), SpecTree.of(asked.loss()), changes);
    sections(
        "optimizer", SpecTree.of(lineage.optimizer()), SpecTree.of(asked.optimizer()), changes);
    sections("schedule", SpecTree.of(lineage.schedule()), SpecTree.of(asked.schedule()), changes);
    sections("training", SpecTree.of(lineage.training()), SpecTree.of(asked.training()), changes);
    changes.replaceAll(
        change -> change.startsWith("training.seed:") ? change + SEED_STAYS : change);
    return new SpecDifference(refusals, changes);
  }

  private static void layers(
      String where, List<LayerSpec> had, List<LayerSpec> asked, List<String> into) {
    for (int i = 0; i < Math.max(had.size(), asked.size()); i++) {
      String place = where + "[" + i + "]";
      if (i < had.size()
          && i < asked.size()
          && had.get(i) instanceof LayerSpec.Residual was
          && asked.get(i) instanceof LayerSpec.Residual is
          && was.name().equals(is.name())) {
        layers(place + ".layers", was.layers(), is.layers(), into);
        layers(place + ".shortcut", was.shortcut(), is.shortcut(), into);
      } else {
        value(place, layer(had, i), layer(asked, i), into);
      }
    }
  }

  private static String layer(List<LayerSpec> layers, int place) {
    return place < layers.size() ? SpecYaml.inline(SpecTree.of(layers.get(place))) : "no layer";
  }

  private static void sections(
      String where, Map<String, Object> was, Map<String, Object> is, List<String> into) {
    TreeSet<String> keys = new TreeSet<>(was.keySet());
    keys.addAll(is.keySet());
    for (String key : keys) {
      value(where + "." + key, shown(was, key), shown(is, key), into);
    }
  }

  private static String shown(Map<String, Object> map, String key) {
    Object value = map.get(key);
    return value == null ? "none" : SpecYaml.inline(value);
  }

  private static void value(String where, String was, String is, List<String> into) {
    if (!Objects.equals(was, is)) {
      into.add(where + ": " + was + " -> " + is);
    }
  }
}
