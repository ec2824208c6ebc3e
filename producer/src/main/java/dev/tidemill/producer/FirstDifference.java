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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first sample of a source that is not the one that was sent. Each record has a digest of
 * all samples up to its end, so the first record whose digest differs holds it, or follows it if
 * older records are gone. One thread.
 */
final class FirstDifference {
  private final SampleReader reader;
  private final SampleConformer conformer;
  private final SentDigest digest = new SentDigest();
  private final List<Sample> window = new ArrayList<>();
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
    while (digest.samples() < record.getNextSample() && !reader.ended()) {
      read();
    }
    if (digest.samples() < record.getNextSample()) {
      found = "it has only " + digest.samples();
    } else if (!digest.text().equals(record.getDigest())) {
      found = locate(record);
    }
  }

  private void read() {
    try {
      Sample sample = reader.next(0);
      if (sample != null) {
        digest.add(sample);
        window.add(sample);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("repeatable sources never wait", e);
    }
  }

  private String locate(TrainingBatch record) {
    int row = 0;
    int rows = Math.toIntExact(record.getInputs().getShape().get(0));
    for (Sample raw : window) {
      if (raw.index() < record.getFirstSample()) {
        continue;
      }
      try {
        Sample sample = conformer.conform(raw);
        if (row == rows || !isRow(sample, record, row, rows)) {
          return "the first that differs is " + where(raw);
        }
        row++;
      } catch (LeftOutException e) {
        // It was left out then, too, or the next one differs.
      } catch (MalformedSampleException e) {
        return "the first that differs is " + where(raw);
      }
    }
    // What differs was not sent: a column that the contract lacks, or another way to write a value.
    return "the first that differs is between "
        + where(window.get(0))
        + " and "
        + where(window.get(window.size() - 1));
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
