package dev.tidemill.producer.requests;

import dev.tidemill.producer.CheckedProducer;
import dev.tidemill.producer.Deliveries;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.RequestHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes requests and their labels. Each request names its caller in a header. Answers repeat the
 * header, so a caller can recognize its own answers. One thread.
 */
final class RequestSink implements AutoCloseable {
  static final String CALLER_HEADER = "tidemill-caller";

  /** The header with the sample's number, because a request may have an id of its own. */
  static final String SAMPLE_HEADER = "tidemill-sample";

  private final Destination to;
  private final RequestSettings settings;
  private final RawRequests requests;
  private final byte[] caller;
  private final Clock clock;
  private final CheckedProducer outlet;

  RequestSink(
      Destination to,
      String clientId,
      RequestSettings settings,
      RawRequests requests,
      String caller,
      Clock clock) {
    this.to = to;
    this.settings = settings;
    this.requests = requests;
    this.caller = caller.getBytes(StandardCharsets.UTF_8);
    this.clock = clock;
    this.outlet = new CheckedProducer(to.clients().askingProducer(clientId), System::nanoTime);
  }

  /** Sends one sample as a request with an id, which is also its key. */
  void send(Sample sample, String id) {
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    byte[] number = Long.toString(sample.index()).getBytes(StandardCharsets.UTF_8);
    Instant now = clock.instant();
    List<Header> headers = new ArrayList<>();
    headers.add(new RecordHeader(CALLER_HEADER, caller));
    headers.add(new RecordHeader(SAMPLE_HEADER, number));
    if (!settings.deadline().isZero()) {
      String until = Long.toString(now.plus(settings.deadline()).toEpochMilli());
      headers.add(
          new RecordHeader(RequestHeaders.DEADLINE, until.getBytes(StandardCharsets.US_ASCII)));
    }
    PredictionRequest request = requests.request(sample, id, now);
    outlet.send(to.codec().record(to.topics().requests(), key, request, headers));
    if (settings.sendLabels()) {
      requests
          .label(sample, id, now)
          .ifPresent(label -> outlet.send(to.codec().record(to.topics().labels(), key, label)));
    }
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
