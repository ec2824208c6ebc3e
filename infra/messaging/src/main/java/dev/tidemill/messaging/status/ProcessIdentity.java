package dev.tidemill.messaging.status;

import org.jspecify.annotations.Nullable;

/**
 * The process that a worker runs in.
 *
 * @param host name of its machine
 * @param metricsAddress where it serves /metrics, as host:port; null if nowhere
 * @param release its release of Tidemill
 */
public record ProcessIdentity(
    String host, long pid, @Nullable String metricsAddress, String release) {}
