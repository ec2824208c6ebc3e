package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * What is to be sent.
 *
 * @param recordBytes of each record's value
 * @param warmRecords sent before the time counts
 * @param records that count
 */
record ProducerOrder(
    String bootstrapServers, String compression, int recordBytes, long warmRecords, long records) {
  static final int RECORD_SAMPLES = 32;
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(200);

  /** Those behind the ones that count included, as many as before them. */
  long recordsInAll() {
    return 2 * warmRecords + records;
  }

  static ProducerOrder of(JsonNode order) {
    return new ProducerOrder(
        order.path("bootstrapServers").asText(),
        order.path("compression").asText(),
        order.path("recordBytes").asInt(),
        order.path("warmRecords").asLong(),
        order.path("records").asLong());
  }
}
