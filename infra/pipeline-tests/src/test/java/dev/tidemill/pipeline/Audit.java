package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.TopicReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Checks the guarantees of one pipeline from committed records alone, by simple loops that share
 * nothing with the product but the record classes.
 */
final class Audit {
  private final Pipeline pipeline;

  Audit(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Every sample of a source is on the log once, and each record follows the one before it. */
  void assertSentOnce(long samples) {
    Map<String, List<TrainingBatch>> bySource =
        batches().stream()
            .map(record -> pipeline.codec.decode(record, TrainingBatch.class))
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
   * Versions count up without gaps, each sample of `batches` lies in exactly one range, and the
   * newest version counts them all (G1, G2). For one endless run.
   */
  void assertTrainedOnce(long samples) {
    Map<Long, Checkpoint> versions = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicReader.committed(pipeline.bootstrapServers, pipeline.topics.checkpoints())) {
      Checkpoint checkpoint = pipeline.codec.decode(record, Checkpoint.class);
      versions.put(checkpoint.getVersion(), checkpoint);
    }
    long version = 0;
    for (Checkpoint checkpoint : versions.values()) {
      assertThat(checkpoint.getVersion()).as("after version %d", version).isEqualTo(++version);
    }
    List<OffsetRange> ranges =
        versions.values().stream().flatMap(v -> v.getRanges().stream()).toList();
    for (ConsumerRecord<byte[], byte[]> record : batches()) {
      assertCoveredOnce(record, ranges);
    }
    Checkpoint newest = Outcome.of(versions, version);
    assertThat(newest.getSamples()).as("samples of version %d", version).isEqualTo(samples);
  }

  private void assertCoveredOnce(ConsumerRecord<byte[], byte[]> record, List<OffsetRange> ranges) {
    TrainingBatch batch = pipeline.codec.decode(record, TrainingBatch.class);
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
    for (int sample = 0; sample < samples; sample++) {
      assertThat(trained[sample])
          .as("times that sample %d of offset %d was trained", sample, record.offset())
          .isEqualTo(1);
    }
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

  /** Each request has exactly one committed answer, by a version (G5, G6). */
  void assertAnsweredOnce(int requests) {
    Collection<String> asked =
        pipeline.requests().stream().map(PredictionRequest::getRequestId).toList();
    List<Prediction> answers = pipeline.predictions();
    List<String> answered = new ArrayList<>();
    answers.forEach(answer -> answered.add(answer.getRequestId()));
    assertThat(asked).as("requests").hasSize(requests);
    assertThat(answered).as("answers").containsExactlyInAnyOrderElementsOf(asked);
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.getError()).isNull();
              assertThat(answer.getModelVersion()).isPositive();
            });
  }

  private List<ConsumerRecord<byte[], byte[]>> batches() {
    return TopicReader.committed(pipeline.bootstrapServers, pipeline.topics.batches());
  }
}
