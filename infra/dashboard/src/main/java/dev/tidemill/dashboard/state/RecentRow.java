package dev.tidemill.dashboard.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A committed prediction, and where its request is. */
public record RecentRow(
    String requestId,
    int requestPartition,
    long requestOffset,
    int partition,
    long offset,
    long at,
    long version,
    String worker,
    @Nullable Integer label,
    @Nullable String labelName,
    List<Float> outputs,
    @Nullable String error) {}
