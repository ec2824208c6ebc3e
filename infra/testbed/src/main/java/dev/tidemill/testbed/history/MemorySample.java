package dev.tidemill.testbed.history;

import java.time.Instant;

/**
 * A measured size and the bound that it must keep.
 *
 * @param name of what was measured, for example {@code tidemill_batches_held_bytes}
 * @param value in the unit of the name
 * @param bound the largest allowed value
 */
public record MemorySample(String name, Instant at, long value, long bound) {}
