package dev.tidemill.testbed.history;

/** An offset that a consumer group has committed for a partition, with its metadata. */
public record GroupOffset(int partition, long offset, String metadata) {}
