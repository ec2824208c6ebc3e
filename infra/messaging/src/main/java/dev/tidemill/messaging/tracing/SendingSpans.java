package dev.tidemill.messaging.tracing;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Gives each record of a Kafka producer a span that ends when the brokers acknowledge the record.
 * Kafka creates it from a producer's configuration. Any thread.
 */
public final class SendingSpans implements ProducerInterceptor<byte[], byte[]> {
  private static final String TRACING = "tidemill.tracing";

  /** By the identity of the record's headers, which Kafka returns with the acknowledgment. */
  private final Map<Headers, RecordSpan> open =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private Tracing tracing = Tracing.OFF;

  /** Adds an interceptor to a producer's configuration, behind those of the user. */
  public static void addTo(Map<String, Object> config, Tracing tracing) {
    if (!tracing.isOn()) {
      return;
    }
    Object users = config.get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
    String own = SendingSpans.class.getName();
    config.put(
        ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
        users == null || users.toString().isBlank() ? own : users + "," + own);
    config.put(TRACING, tracing);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    tracing = Objects.requireNonNull((Tracing) configs.get(TRACING));
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    RecordSpan span = tracing.sending(record);
    if (span.isRecorded()) {
      open.put(record.headers(), span);
    }
    return record;
  }

  @Override
  public void onAcknowledgement(
      @Nullable RecordMetadata metadata, @Nullable Exception failure, @Nullable Headers headers) {
    RecordSpan span = headers == null ? null : open.remove(headers);
    if (span == null) {
      return;
    }
    if (failure != null) {
      span.fail(String.valueOf(failure.getMessage()));
    } else if (metadata != null) {
      span.with("messaging.kafka.offset", metadata.offset()).end();
    }
  }

  @Override
  public void close() {
    open.values().forEach(span -> span.fail("the producer was closed before the brokers answered"));
    open.clear();
  }
}
