package dev.tidemill.dashboard.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Series over common times.
 *
 * @param columns a name for each series
 * @param times milliseconds since 1970, ascending
 * @param series values by column and time; null where there is none
 */
public record Chart(
    List<String> columns, List<Long> times, List<? extends List<@Nullable Double>> series) {}
