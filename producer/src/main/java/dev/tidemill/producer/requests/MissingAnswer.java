package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.SampleLabel;
import org.jspecify.annotations.Nullable;

/**
 * A request that has no answer.
 *
 * @param key its key, which is its id
 * @param truth null where it is not known
 * @param waitedMillis from just before it was sent until it was given up
 */
public record MissingAnswer(String key, @Nullable SampleLabel truth, double waitedMillis) {}
