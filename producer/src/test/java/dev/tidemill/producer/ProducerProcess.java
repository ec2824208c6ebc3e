package dev.tidemill.producer;

import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.runtime.Metrics;
import java.time.Duration;

/**
 * Runs a producer in a separate process that a test kills. Arguments: bootstrap servers, model,
 * samples, rate.
 */
public final class ProducerProcess {
  private ProducerProcess() {}

  public static void main(String[] args) throws InterruptedException {
    Destination to = TestLog.of(args[0], args[1]);
    SendSettings settings =
        SendSettings.standard(8)
            .withRate(Double.parseDouble(args[3]))
            .withCommitInterval(Duration.ofMillis(50));
    SendListener listener =
        new SendListener() {
          @Override
          public void progressed(SendProgress progress) {
            System.out.println("sent " + (progress.before() + 8 * progress.written()));
          }

          @Override
          public void refused(String reason) {
            throw new AssertionError(reason);
          }
        };
    CountingSource source = CountingSource.of(Long.parseLong(args[2]));
    try (Metrics metrics = new Metrics("m");
        BatchProducer producer = new BatchProducer(to, source, settings, listener, metrics)) {
      producer.start();
      producer.awaitEnd();
      System.out.println("ended " + producer.health().detail());
    }
  }
}
