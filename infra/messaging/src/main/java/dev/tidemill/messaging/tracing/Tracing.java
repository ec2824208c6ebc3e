package dev.tidemill.messaging.tracing;

import java.time.Duration;
import java.util.List;
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
        public RecordSpan linking(String operation, String topic, List<RecordSpan> causes) {
          return RecordSpan.NONE;
        }

        @Override
        public long flush(Duration atMost) {
          return 0;
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
   * Begins the span of a record that has several causes. It continues the trace of the first one,
   * so that it is sampled if that is, and links to the others.
   *
   * @param operation one word for what is done
   * @param topic the topic that the record is sent to
   * @param causes recorded spans; without any, the span begins a trace
   */
  RecordSpan linking(String operation, String topic, List<RecordSpan> causes);

  /**
   * Exports the spans that have ended.
   *
   * @return how many spans have not reached the collector since the process started, as far as is
   *     known
   */
  long flush(Duration atMost);
}
