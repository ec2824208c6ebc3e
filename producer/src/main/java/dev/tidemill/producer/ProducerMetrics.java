package dev.tidemill.producer;

import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.MeterGroup;

/** The metrics of a batch producer. */
public final class ProducerMetrics {
  /** What the metrics page says of them. */
  public static final MeterGroup METERS = new MeterGroup("Producer (`produce`)");

  static final MeterDefinition SAMPLES =
      METERS.counter(
          "tidemill.samples.produced", "Samples that the brokers committed or acknowledged.");

  private ProducerMetrics() {}
}
