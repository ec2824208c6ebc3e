package dev.tidemill.messaging.tracing;

import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Begins the spans of records, in the traces that their headers name. Without a tracer all spans
 * are {@link RecordSpan#NONE}. Any thread.
 */
public interface Tracing {
  /** No tracer: the headers that an answer repeats pass a caller's trace on all the same. */
  Tracing OFF =
      new Tracing() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public RecordSpan sending(ProducerRecord<byte[], byte[]> record) {
          return RecordSpan.NONE;
        }

        @Override
        public RecordSpan processing(
            String operation, ConsumerRecord<byte[], byte[]> record, long nanosAgo) {
          return RecordSpan.NONE;
        }

        @Override
        public RecordSpan joining(String name, Collection<RecordSpan> causes) {
          return RecordSpan.NONE;
        }

        @Override
        public boolean flush(Duration atMost) {
          return true;
        }
      };

  /** Whether spans can be recorded. */
  boolean isOn();

  /**
   * Begins the span of a record that is about to be sent, and writes its context into the record's
   * headers. It continues the trace that the headers name, or begins one.
   */
  RecordSpan sending(ProducerRecord<byte[], byte[]> record);

  /**
   * Begins the span of a record that was read.
   *
   * @param operation one word for what is done with it
   * @param nanosAgo how long ago it was received
   */
  RecordSpan processing(String operation, ConsumerRecord<byte[], byte[]> record, long nanosAgo);

  /**
   * Begins a span in a trace of its own that links to others.
   *
   * @param name of the span
   * @param causes the spans that it links to
   */
  RecordSpan joining(String name, Collection<RecordSpan> causes);

  /**
   * Exports the spans that have ended.
   *
   * @return whether the collector has them all
   */
  boolean flush(Duration atMost);
}
