package dev.tidemill.messaging.tracing;

import org.apache.kafka.common.header.Headers;

/**
 * What a process does with a record, from its start to {@link #end} or {@link #fail}. One that is
 * never ended is never exported. One thread at a time.
 */
public interface RecordSpan {
  /** Does nothing. */
  RecordSpan NONE =
      new RecordSpan() {
        @Override
        public boolean isRecorded() {
          return false;
        }

        @Override
        public void writeTo(Headers headers) {}

        @Override
        public RecordSpan with(String attribute, long value) {
          return this;
        }

        @Override
        public void end() {}

        @Override
        public void fail(String reason) {}
      };

  /** Whether anybody will see it: tracing is on, and the sampler took it. */
  boolean isRecorded();

  /** Writes the trace context, so that whoever reads the record continues this trace. */
  void writeTo(Headers headers);

  /** Adds an attribute. */
  RecordSpan with(String attribute, long value);

  /** Ends it: what it stands for is done. */
  void end();

  /**
   * Ends it with an error.
   *
   * @param reason one sentence
   */
  void fail(String reason);
}
