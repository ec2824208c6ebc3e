package dev.tidemill.producer;

import dev.tidemill.producer.source.Fingerprint;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * A digest of the samples that were read so far, as the source has them. It is committed with the
 * position, so that a later run knows whether a file still begins with what was sent. One thread.
 */
final class SentDigest {
  private static final int BYTES = 16;

  private final StringBuilder row = new StringBuilder();
  private MessageDigest digest = Fingerprint.sha256();
  private long samples;
  private List<String> names = List.of();

  /** The digest of a source's first samples. */
  static SentDigest over(SampleSource source, long samples) throws InterruptedException {
    SentDigest digest = new SentDigest();
    try (SampleReader reader = source.unlimited().read(0)) {
      for (long i = 0; i < samples && !reader.ended(); i++) {
        Sample sample = reader.next(0);
        if (sample != null) {
          digest.add(sample);
        }
      }
    }
    return digest;
  }

  /** Adds the next sample. */
  void add(Sample raw) {
    samples++;
    NamedValues values = raw.values();
    if (values == null) {
      digest.update(raw.data().duplicate());
    } else {
      row.setLength(0);
      if (!values.names().equals(names)) {
        names = values.names();
        row.append(names).append('\n');
      }
      values.cells().forEach(cell -> row.append(cell).append('\0'));
      digest.update(row.toString().getBytes(StandardCharsets.UTF_8));
    }
    Double weight = raw.origin().weight();
    if (weight != null) {
      digest.update(("weight " + weight + "\n").getBytes(StandardCharsets.UTF_8));
    }
    SampleLabel label = raw.label();
    if (label instanceof SampleLabel.NextBytes next) {
      digest.update(next.numbers().duplicate());
    } else {
      digest.update((label + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns a copy that continues independently. */
  SentDigest copy() {
    SentDigest copy = new SentDigest();
    copy.digest = cloned();
    copy.names = names;
    copy.samples = samples;
    return copy;
  }

  private MessageDigest cloned() {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK can clone SHA-256", e);
    }
  }

  /** Number of samples so far. */
  long samples() {
    return samples;
  }

  /** The digest so far, in hex digits. */
  String text() {
    return HexFormat.of().formatHex(cloned().digest(), 0, BYTES);
  }
}
