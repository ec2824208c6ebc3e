package dev.tidemill.trainer.divergence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the metadata of an offset says about divergences after the newest version. It holds until
 * the next version, for the same spec.
 *
 * @param times how often training has diverged
 * @param spec digest of the spec that diverged; empty if none did
 * @param scale what rollbacks have multiplied the learning rate by, including those before
 * @param excluded batches that the rollbacks leave out
 */
public record DivergenceTag(int times, String spec, double scale, List<ExcludedBatches> excluded) {
  /** Training has not diverged. */
  public static final DivergenceTag NONE = new DivergenceTag(0, "", 1, List.of());

  public DivergenceTag {
    excluded = List.copyOf(excluded);
  }

  /** Returns what the tags of all partitions say about a spec. */
  public static DivergenceTag of(String spec, Collection<DivergenceTag> partitions) {
    int times = 0;
    double scale = 1;
    List<ExcludedBatches> excluded = new ArrayList<>();
    for (DivergenceTag each : partitions) {
      if (each.spec.equals(spec)) {
        times = Math.max(times, each.times);
        scale = Math.min(scale, each.scale);
        excluded.addAll(each.excluded);
      }
    }
    return times == 0 ? NONE : new DivergenceTag(times, spec, scale, excluded);
  }

  /** Returns the same tag with the batches of one partition only. */
  public DivergenceTag of(int partition) {
    return new DivergenceTag(
        times,
        spec,
        scale,
        excluded.stream().filter(each -> each.partition() == partition).toList());
  }

  /** Formats the tag as a part of offset metadata; empty if training has not diverged. */
  public String metadata() {
    return times == 0
        ? ""
        : " diverged="
            + times
            + " spec="
            + spec
            + (scale == 1 ? "" : " scale=" + scale)
            + (excluded.isEmpty() ? "" : " excluded=" + ExcludedBatches.text(excluded));
  }

  /**
   * Parses the fields of offset metadata.
   *
   * @throws IllegalArgumentException if one is malformed
   */
  public static DivergenceTag parse(Map<String, String> fields) {
    double scale = Double.parseDouble(fields.getOrDefault("scale", "1"));
    if (!DivergenceState.isScale(scale)) {
      throw new IllegalArgumentException("not a scale: " + scale);
    }
    return new DivergenceTag(
        Integer.parseInt(fields.getOrDefault("diverged", "0")),
        fields.getOrDefault("spec", ""),
        scale,
        ExcludedBatches.parse(fields.getOrDefault("excluded", "")));
  }

  /**
   * Says what happened, and from where training continues.
   *
   * @param version the newest one; 0 if there is none
   */
  public String describe(long version) {
    String from = version == 0 ? "the initial weights" : "version " + version;
    String causes =
        excluded.stream()
            .map(ExcludedBatches::describeCause)
            .distinct()
            .collect(Collectors.joining("; "));
    return "training diverged after "
        + from
        + (times == 1 ? " (1 time)" : " (" + times + " times)")
        + (causes.isEmpty() ? "" : ": " + causes)
        + ". It continues from there, with the learning rate times "
        + scale
        + (excluded.isEmpty()
            ? ""
            : "; the batches at " + ExcludedBatches.describe(excluded) + " become dead letters");
  }
}
