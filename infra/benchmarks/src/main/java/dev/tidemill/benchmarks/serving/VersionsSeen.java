package dev.tidemill.benchmarks.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** When an answer by each version was first seen, on the clock that all processes share. */
final class VersionsSeen {
  /** Magic bytes and schema fingerprint before the record. */
  private static final int HEADER_BYTES = 10;

  private final Map<Long, Long> firstMicros = new TreeMap<>();
  private final DecoderFactory decoders = DecoderFactory.get();
  private BinaryDecoder decoder = decoders.binaryDecoder(new byte[0], null);
  private long newest;

  void answered(byte[] prediction, Instant now) {
    long version = version(prediction);
    if (version != newest) {
      newest = version;
      firstMicros.putIfAbsent(version, micros(now));
    }
  }

  /** Microseconds since the epoch, by version. */
  Map<Long, Long> firstMicros() {
    return firstMicros;
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** Decodes no further than the version. */
  private long version(byte[] prediction) {
    try {
      int length = prediction.length - HEADER_BYTES;
      decoder = decoders.binaryDecoder(prediction, HEADER_BYTES, length, decoder);
      decoder.skipString(); // request id
      decoder.skipString(); // topic id
      decoder.readInt(); // partition
      decoder.readLong(); // offset
      decoder.skipString(); // model
      return decoder.readLong();
    } catch (IOException e) {
      throw new UncheckedIOException("an answer is no Prediction", e);
    }
  }
}
