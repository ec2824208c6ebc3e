package dev.tidemill.messaging.tracing;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Gives each record of a Kafka producer a span that ends when the brokers acknowledge the record.
 * Kafka creates it from a producer's configuration. Any thread.
 */
public final class TracingInterceptor implements ProducerInterceptor<byte[], byte[]> {
  private static final String TRACING = "tidemill.tracing";

  /**
   * By the identity of the header with the trace context. Kafka returns the record's headers with
   * the acknowledgment, and a copy of them with a failure, but the same headers in it.
   */
  private final Map<Header, RecordSpan> open = Collections.synchronizedMap(new IdentityHashMap<>());

  private Tracing tracing = Tracing.OFF;

  /** Adds an interceptor to a producer's configuration, behind those of the user. */
  public static void addTo(Map<String, Object> config, Tracing tracing) {
    if (!tracing.isOn()) {
      return;
    }
    Object users = config.get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
    String own = TracingInterceptor.class.getName();
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
      Header context = null;
      for (Header header : record.headers()) {
        context = header;
      }
      // The span has just added the last one.
      open.put(Objects.requireNonNull(context), span);
    }
    return record;
  }

  @Override
  public void onAcknowledgement(
      @Nullable RecordMetadata metadata, @Nullable Exception failure, @Nullable Headers headers) {
    RecordSpan span = null;
    if (headers != null) {
      for (Header header : headers) {
        RecordSpan of = open.remove(header);
        span = of == null ? span : of;
      }
    }
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
