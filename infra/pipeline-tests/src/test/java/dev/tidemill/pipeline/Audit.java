package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.TopicReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Checks the guarantees of a pipeline from committed records alone. Its simple loops share only the
 * record classes with the product. It reads each topic once, on first use, so create it after the
 * run that it audits.
 */
final class Audit {
  private final Pipeline pipeline;
  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();

  Audit(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Asserts that the log contains each sample of one source once, in consecutive records. */
  void assertSentOnce(long samples) {
    Map<String, List<TrainingBatch>> bySource =
        decoded(pipeline.topics.batches(), TrainingBatch.class).stream()
            .collect(Collectors.groupingBy(TrainingBatch::getSource));
    assertThat(bySource).as("sources").hasSize(1);
    bySource.values().forEach(batches -> assertConsecutive(batches, samples));
  }

  private static void assertConsecutive(List<TrainingBatch> batches, long samples) {
    long sequence = 0;
    long next = 0;
    batches.sort(Comparator.comparingLong(TrainingBatch::getSequence));
    for (TrainingBatch batch : batches) {
      assertThat(batch.getSequence()).as("sequence after %d", sequence - 1).isEqualTo(sequence++);
      assertThat(batch.getFirstSample()).as("record %d", batch.getSequence()).isEqualTo(next);
      next += batch.getInputs().getShape().get(0);
    }
    assertThat(next).as("samples on the log").isEqualTo(samples);
  }

  /**
   * Asserts that versions have no gaps, and that each sample of `batches` is in exactly one range
   * (G1, G2). The newest version must count them all. For a single endless run.
   */
  void assertTrainedOnce(long samples) {
    List<Checkpoint> versions = versions();
    assertFirstTrainedOnce(Long.MAX_VALUE);
    Checkpoint newest = versions.get(versions.size() - 1);
    assertThat(newest.getSamples())
        .as("samples of version %d", newest.getVersion())
        .isEqualTo(samples);
  }

  /**
   * Asserts that versions have no gaps, and that exactly the first samples of the log are each in
   * one range (G1, G2). For a single endless run over one partition. Such a run leaves the samples
   * after its last full step to the next run.
   *
   * @param trained the number of trained samples, from the beginning of the log
   */
  void assertFirstTrainedOnce(long trained) {
    List<OffsetRange> ranges = versions().stream().flatMap(v -> v.getRanges().stream()).toList();
    long sample = 0;
    for (ConsumerRecord<byte[], byte[]> record : records(pipeline.topics.batches())) {
      Optional<TrainingBatch> batch = decode(record, TrainingBatch.class);
      if (batch.isPresent()) {
        for (int times : timesTrained(record, batch.get(), ranges)) {
          assertThat(times)
              .as("trainings of sample %d, in the record at offset %d", sample, record.offset())
              .isEqualTo(sample < trained ? 1 : 0);
          sample++;
        }
      }
    }
  }

  /**
   * Asserts that each offset of `batches`, up to the end of the newest version, is in exactly one
   * range or gap. For a single endless run over one partition.
   */
  void assertTrainedOrLost() {
    List<Checkpoint> versions = versions();
    long end = versions.get(versions.size() - 1).getPositions().get(0).getOffset();
    for (long offset = 0; offset < end; offset++) {
      int times = 0;
      for (Checkpoint version : versions) {
        for (OffsetRange range : version.getRanges()) {
          times += firstSample(range, offset, 1) < lastSample(range, offset, 1) ? 1 : 0;
        }
        for (LostRange gap : version.getGaps()) {
          times += gap.getStart() <= offset && offset < gap.getEnd() ? 1 : 0;
        }
      }
      assertThat(times).as("ranges and gaps with offset %d", offset).isEqualTo(1);
    }
  }

  /** All manifests, from version 1. Asserts that versions have no gaps. */
  private List<Checkpoint> versions() {
    Map<Long, Checkpoint> versions = new TreeMap<>();
    for (Checkpoint checkpoint : decoded(pipeline.topics.checkpoints(), Checkpoint.class)) {
      versions.put(checkpoint.getVersion(), checkpoint);
    }
    long version = 0;
    for (Checkpoint checkpoint : versions.values()) {
      assertThat(checkpoint.getVersion()).as("after version %d", version).isEqualTo(++version);
    }
    return List.copyOf(versions.values());
  }

  private static int[] timesTrained(
      ConsumerRecord<byte[], byte[]> record, TrainingBatch batch, List<OffsetRange> ranges) {
    int samples = Math.toIntExact(batch.getInputs().getShape().get(0));
    int[] trained = new int[samples];
    for (OffsetRange range : ranges) {
      if (range.getPartition() == record.partition()) {
        int from = firstSample(range, record.offset(), samples);
        int to = lastSample(range, record.offset(), samples);
        for (int sample = from; sample < to; sample++) {
          trained[sample]++;
        }
      }
    }
    return trained;
  }

  private static int firstSample(OffsetRange range, long offset, int samples) {
    if (offset < range.getStartOffset()) {
      return samples;
    }
    return offset == range.getStartOffset() ? range.getStartSample() : 0;
  }

  private static int lastSample(OffsetRange range, long offset, int samples) {
    if (offset > range.getEndOffset()) {
      return 0;
    }
    return offset == range.getEndOffset() ? range.getEndSample() : samples;
  }

  /** Asserts that each request has exactly one committed answer, with a version (G5, G6). */
  void assertAnsweredOnce(long requests) {
    Collection<String> asked =
        decoded(pipeline.topics.requests(), PredictionRequest.class).stream()
            .map(PredictionRequest::getRequestId)
            .toList();
    List<Prediction> answers = decoded(pipeline.topics.predictions(), Prediction.class);
    List<String> answered = new ArrayList<>();
    answers.forEach(answer -> answered.add(answer.getRequestId()));
    assertThat(asked).as("requests").hasSize(Math.toIntExact(requests));
    assertThat(answered).as("answers").containsExactlyInAnyOrderElementsOf(asked);
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.getError()).isNull();
              assertThat(answer.getModelVersion()).isPositive();
            });
  }

  /**
   * Asserts that each record of `batches` that cannot be decoded has exactly one committed dead
   * letter, and that no other batch has one (G7).
   */
  void assertBadBatchesRefusedOnce(int bad) {
    String batches = pipeline.topics.batches();
    assertRefusedOnce(batches, TrainingBatch.class, bad);
  }

  /** Like {@link #assertBadBatchesRefusedOnce}, for `requests`. */
  void assertBadRequestsRefusedOnce(int bad) {
    assertRefusedOnce(pipeline.topics.requests(), PredictionRequest.class, bad);
  }

  private void assertRefusedOnce(String topic, Class<? extends SpecificRecord> type, int bad) {
    List<String> unreadable =
        records(topic).stream()
            .filter(record -> decode(record, type).isEmpty())
            .map(record -> record.partition() + "@" + record.offset())
            .toList();
    List<String> letters =
        decoded(pipeline.topics.deadLetters(), DeadLetter.class).stream()
            .filter(letter -> letter.getTopic().equals(topic))
            .map(letter -> letter.getPartition() + "@" + letter.getOffset())
            .toList();
    assertThat(unreadable).as("bad records of %s", topic).hasSize(bad);
    assertThat(letters)
        .as("dead letters about %s", topic)
        .containsExactlyInAnyOrderElementsOf(unreadable);
  }

  /** All committed records that can be decoded. */
  private <T extends SpecificRecord> List<T> decoded(String topic, Class<T> type) {
    return records(topic).stream()
        .flatMap(record -> decode(record, type).stream())
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private <T extends SpecificRecord> Optional<T> decode(
      ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    try {
      return Optional.of(pipeline.codec.decode(record, type));
    } catch (MalformedRecordException e) {
      return Optional.empty();
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return read.computeIfAbsent(
        topic, name -> TopicReader.committed(pipeline.bootstrapServers, name));
  }
}
