package dev.tidemill.producer;

import dev.tidemill.producer.source.LeftOutException;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first sample of a source that is not the one that was sent. Each record has a digest of
 * all samples up to its end, so the first record whose digest differs holds it, or follows it if
 * older records are gone. Keeps the samples of one record. One thread.
 */
final class FirstDifference {
  private final SampleReader reader;
  private final SampleConformer conformer;
  private final SentDigest digest = new SentDigest();

  /** The samples of the record that is compared, and where those begin that lead up to its end. */
  private final List<Sample> window = new ArrayList<>();

  private @Nullable Sample begin;
  private @Nullable String found;

  private FirstDifference(SampleReader reader, SampleConformer conformer) {
    this.reader = reader;
    this.conformer = conformer;
  }

  /**
   * Compares a source with its records.
   *
   * @param conformer prepares samples as those in the records were prepared
   * @return where the sample is, in words; empty if no record shows it
   */
  static Optional<String> of(
      SampleSource source, SampleConformer conformer, SourceRecords records) {
    try (SampleReader reader = source.unlimited().read(0)) {
      FirstDifference difference = new FirstDifference(reader, conformer);
      records.forEach(difference::compare);
      return Optional.ofNullable(difference.found);
    }
  }

  private void compare(TrainingBatch record) {
    // Records of a run that is not resumed have no digest, and those of a restart come again.
    if (found != null
        || record.getDigest().isEmpty()
        || record.getNextSample() <= digest.samples()) {
      return;
    }
    window.clear();
    begin = null;
    while (digest.samples() < record.getNextSample() && !reader.ended()) {
      read(record.getFirstSample());
    }
    if (digest.samples() < record.getNextSample()) {
      found = "it has only " + digest.samples();
    } else if (!digest.text().equals(record.getDigest())) {
      found = locate(record);
    }
  }

  private void read(long first) {
    try {
      Sample sample = reader.next(0);
      if (sample != null) {
        digest.add(sample);
        begin = begin == null ? sample : begin;
        if (sample.index() >= first) {
          window.add(sample);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("repeatable sources never wait", e);
    }
  }

  private String locate(TrainingBatch record) {
    Sample first = Objects.requireNonNull(begin);
    Sample last = window.isEmpty() ? first : window.get(window.size() - 1);
    // Older records may be gone, and a replaced contract prepares everything in another way.
    boolean whole = !window.isEmpty() && window.get(0).index() == first.index();
    Sample differs =
        whole && conformer.contract().accepts(record.getContract()) ? differing(record) : null;
    // Otherwise what differs was perhaps not sent: a row that is left out, a column that the
    // contract lacks, or another way to write a value.
    return differs == null
        ? "the first that differs is between " + where(first) + " and " + where(last)
        : "the first that differs is " + where(differs);
  }

  /** Returns the first sample that is not a row of the record; null if that is not certain. */
  private @Nullable Sample differing(TrainingBatch record) {
    int rows = Math.toIntExact(record.getInputs().getShape().get(0));
    for (int row = 0; row < window.size(); row++) {
      Sample raw = window.get(row);
      try {
        if (row == rows || !isRow(conformer.conform(raw), record, row, rows)) {
          return raw;
        }
      } catch (LeftOutException e) {
        return null;
      } catch (MalformedSampleException e) {
        return raw;
      }
    }
    return null;
  }

  private static boolean isRow(Sample sample, TrainingBatch record, int row, int rows) {
    ByteBuffer label = LabelForm.of(sample.label()).bytes(List.of(sample));
    return part(record.getInputs(), row, rows).equals(sample.data().duplicate())
        && part(record.getLabels(), row, rows).equals(label);
  }

  private static ByteBuffer part(Tensor tensor, int row, int rows) {
    ByteBuffer data = tensor.getData();
    int bytes = data.remaining() / rows;
    return data.slice(data.position() + row * bytes, bytes);
  }

  private static String where(Sample raw) {
    String where = raw.origin().where();
    return where.isEmpty() ? "sample " + raw.index() : where;
  }
}
