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
 * Writes requests, and the truth about them. Each carries its caller's name in a header, which
 * comes back with the answer: that is how a caller knows its own. One thread.
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
   * @return its key, which is its id
   */
  String send(Sample sample) {
    String id = settings.idPrefix() + sample.place();
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
    SampleLabel truth = sample.truth();
    if (truth != null && settings.sendLabels()) {
      outlet.send(to.codec().record(to.topics().labels(), key, label(id, truth, now)));
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

  private static Label label(String id, SampleLabel truth, Instant now) {
    Label.Builder label = Label.newBuilder().setRequestId(id).setCreatedAt(now);
    truth.answer().ifPresent(label::setLabel);
    if (truth instanceof SampleLabel.Targets targets) {
      label.setTargets(targets.values());
    }
    return label.build();
  }

  /** Requests that the brokers have not acknowledged yet. */
  Deliveries deliveries() {
    return outlet;
  }

  /**
   * Waits until all is acknowledged.
   *
   * @throws org.apache.kafka.common.KafkaException if something was not
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
