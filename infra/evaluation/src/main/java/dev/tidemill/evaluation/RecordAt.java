package dev.tidemill.evaluation;

/** The place of a record on its topic. */
public record RecordAt(int partition, long offset) {}
