package dev.tidemill.producer.requests;

import dev.tidemill.producer.CheckedProducer;
import dev.tidemill.producer.Deliveries;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes requests and their labels. Each request names its caller in a header. Answers repeat the
 * header, so a caller can recognize its own answers. One thread.
 */
final class RequestSink implements AutoCloseable {
  static final String CALLER_HEADER = "tidemill-caller";

  private final Destination to;
  private final RequestSettings settings;
  private final byte[] caller;
  private final Clock clock;
  private final CheckedProducer outlet;

  RequestSink(
      Destination to, String clientId, RequestSettings settings, String caller, Clock clock) {
    this.to = to;
    this.settings = settings;
    this.caller = caller.getBytes(StandardCharsets.UTF_8);
    this.clock = clock;
    this.outlet = new CheckedProducer(to.clients().producer(clientId), System::nanoTime);
  }

  /**
   * Sends one sample as a request.
   *
   * @return the request's key, which is also its id
   */
  String send(Sample sample) {
    String id = settings.idPrefix() + sample.index();
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    Instant now = clock.instant();
    PredictionRequest request =
        PredictionRequest.newBuilder()
            .setRequestId(id)
            .setInputs(inputs(sample))
            .setCreatedAt(now)
            .build();
    RecordHeader header = new RecordHeader(CALLER_HEADER, caller);
    outlet.send(to.codec().record(to.topics().requests(), key, request, List.of(header)));
    SampleLabel label = sample.label();
    if (label != null && settings.sendLabels()) {
      outlet.send(to.codec().record(to.topics().labels(), key, labelRecord(id, label, now)));
    }
    return id;
  }

  private static Tensor inputs(Sample sample) {
    return Tensor.newBuilder()
        .setDtype(sample.dtype())
        .setShape(sample.shape())
        .setData(sample.data().duplicate())
        .build();
  }

  private static Label labelRecord(String id, SampleLabel label, Instant now) {
    Label.Builder record = Label.newBuilder().setRequestId(id).setCreatedAt(now);
    label.answer().ifPresent(record::setLabel);
    if (label instanceof SampleLabel.Targets targets) {
      record.setTargets(targets.values());
    }
    return record.build();
  }

  /** The records that the brokers have not acknowledged yet. */
  Deliveries deliveries() {
    return outlet;
  }

  /**
   * Waits until all records are acknowledged, then closes the producer.
   *
   * @throws org.apache.kafka.common.KafkaException if a write failed
   */
  @Override
  public void close() {
    try {
      outlet.flush();
    } finally {
      outlet.close(Duration.ZERO);
    }
  }
}
