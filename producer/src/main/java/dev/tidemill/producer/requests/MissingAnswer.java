package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.SampleLabel;
import org.jspecify.annotations.Nullable;

/**
 * A request that got no answer.
 *
 * @param key the request's key, which is also its id
 * @param expected the label; null if it is unknown
 * @param waitedMillis time from just before sending until the client gave up
 */
public record MissingAnswer(String key, @Nullable SampleLabel expected, double waitedMillis) {}
