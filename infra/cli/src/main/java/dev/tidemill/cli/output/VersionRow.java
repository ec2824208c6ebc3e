package dev.tidemill.cli.output;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.TargetErrors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the rows of {@code models list}. */
public final class VersionRow {
  private VersionRow() {}

  public static ResultRow forJson(Checkpoint version, long pinned) {
    return row(
        version,
        pinned,
        version.getRanges().stream().map(VersionRow::range).toList(),
        "errors",
        version.getErrors().stream().map(VersionRow::errors).map(ResultRow::values).toList());
  }

  public static ResultRow forTable(Checkpoint version, long pinned) {
    Map<String, Double> rmse = new LinkedHashMap<>();
    version.getErrors().forEach(errors -> rmse.put(errors.getTarget(), errors.getRmse()));
    return row(
        version,
        pinned,
        version.getRanges().stream().map(VersionRow::describe).toList(),
        "rmse",
        switch (rmse.size()) {
          case 0 -> null;
          case 1 -> rmse.values().iterator().next();
          default -> rmse;
        });
  }

  /**
   * @param measure the name of the errors of a regression
   */
  private static ResultRow row(
      Checkpoint version, long pinned, Object ranges, String measure, @Nullable Object errors) {
    return new ResultRow()
        .with("version", version.getVersion())
        .with("parent", version.getParent())
        .with("root", version.getRoot())
        .with("ranges", ranges)
        .with("samples", version.getSamples())
        .with("loss", version.getLoss())
        .with("accuracy", version.getAccuracy())
        .with(measure, errors)
        .with("bytes", bytes(version.getPayload()))
        .with("created", version.getCreatedAt().toString())
        .with("pinned", version.getVersion() == pinned);
  }

  private static ResultRow errors(TargetErrors errors) {
    return new ResultRow()
        .with("target", errors.getTarget())
        .with("mae", errors.getMae())
        .with("rmse", errors.getRmse())
        .with("r2", errors.getR2());
  }

  private static @Nullable Long bytes(@Nullable Payload payload) {
    return payload == null ? null : Long.valueOf(payload.getBytes());
  }

  /** Returns a range as an object of JSON. */
  static Object range(OffsetRange range) {
    return new ResultRow()
        .with("partition", range.getPartition())
        .with("start", range.getStartOffset())
        .with("start_sample", range.getStartSample())
        .with("end", range.getEndOffset())
        .with("end_sample", range.getEndSample())
        .with("epoch", range.getEpoch())
        .values();
  }

  /** Returns a range as partition:start-end@epoch. */
  static String describe(OffsetRange range) {
    return range.getPartition()
        + ":"
        + place(range.getStartOffset(), range.getStartSample())
        + "-"
        + place(range.getEndOffset(), range.getEndSample())
        + "@"
        + range.getEpoch();
  }

  static String place(ReadPosition at) {
    return place(at.getOffset(), at.getSample());
  }

  private static String place(long offset, int sample) {
    return sample == 0 ? Long.toString(offset) : offset + "+" + sample;
  }
}
