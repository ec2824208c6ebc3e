package dev.tidemill.producer.requests;

import dev.tidemill.contract.Contract;
import dev.tidemill.producer.CheckedProducer;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.schemas.Label;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the labels of a source's samples, for requests that a {@link PredictionClient} sent before
 * with the same ids. One thread.
 */
public final class LabelSender implements AutoCloseable {
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Destination to;
  private final RawRequests requests;
  private final String idPrefix;
  private final Consumer<String> refused;
  private final Clock clock;
  private final CheckedProducer outlet;

  /**
   * What became of the samples.
   *
   * @param labels labels that the brokers have
   * @param unlabeled samples without a label, or with one that the contract does not accept
   * @param malformed samples that could not be read
   */
  public record Sent(long labels, long unlabeled, long malformed) {}

  /**
   * @param contracts the versions of the model's contract, ascending; empty if it has none
   * @param idPrefix what is before the samples' numbers in the requests' ids
   * @param refused receives why a sample was skipped
   */
  public LabelSender(
      Destination to,
      List<Contract> contracts,
      String idPrefix,
      Consumer<String> refused,
      Clock clock) {
    this.to = to;
    this.requests = new RawRequests(contracts, refused);
    this.idPrefix = idPrefix;
    this.refused = refused;
    this.clock = clock;
    String clientId = "label-" + to.model();
    this.outlet = new CheckedProducer(to.clients().askingProducer(clientId), System::nanoTime);
  }

  /**
   * Sends the labels of all samples; returns when the brokers have them.
   *
   * @param stopped asked before each sample whether to end early
   * @throws org.apache.kafka.common.KafkaException if a write failed
   * @throws dev.tidemill.producer.source.UnusableSourceException if the source cannot be read
   */
  public Sent send(SampleSource source, BooleanSupplier stopped) throws InterruptedException {
    long labels = 0;
    long unlabeled = 0;
    long malformed = 0;
    boolean repeatable = source.description().repeatable();
    try (SampleReader reader = source.read(0)) {
      while (!reader.ended() && !stopped.getAsBoolean()) {
        @Nullable Sample sample = null;
        try {
          sample = reader.next(MAX_WAIT_NANOS);
        } catch (MalformedSampleException e) {
          if (repeatable) {
            throw e;
          }
          malformed++;
          refused.accept(String.valueOf(e.getMessage()));
        }
        if (sample != null) {
          if (send(requests.labeled(sample))) {
            labels++;
          } else {
            unlabeled++;
          }
        }
      }
    }
    outlet.flush();
    return new Sent(labels, unlabeled, malformed);
  }

  private boolean send(Sample sample) {
    String id = RequestIds.of(idPrefix, sample);
    Optional<Label> label = requests.label(sample, id, clock.instant());
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    label.ifPresent(known -> outlet.send(to.codec().record(to.topics().labels(), key, known)));
    return label.isPresent();
  }

  /** Drops labels that are not acknowledged; there are none after {@link #send}. */
  @Override
  public void close() {
    outlet.close(Duration.ZERO);
  }
}
