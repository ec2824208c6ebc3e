package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.guarantee.FencedTrainers;
import dev.tidemill.testbed.guarantee.RefusedBatches;
import dev.tidemill.testbed.guarantee.RefusedRequests;
import dev.tidemill.testbed.guarantee.SentOnce;
import dev.tidemill.testbed.guarantee.TouchingRanges;
import dev.tidemill.testbed.guarantee.TrainedOnce;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.guarantee.WholeCheckpoints;
import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks the guarantees of a pipeline, and the numbers that a test expects, from its committed
 * records alone. Reads the topics when it is created, so create it after the run that it audits.
 */
final class Audit {
  private final History history;

  Audit(Pipeline pipeline) {
    this(pipeline.history());
  }

  Audit(History history) {
    this.history = history;
  }

  /** Asserts that the log contains each sample of one source once, in consecutive records. */
  void assertSentOnce(long samples) {
    List<String> sources =
        history.batches().stream()
            .filter(batch -> batch.committed() && batch.readable())
            .map(Batch::source)
            .distinct()
            .toList();
    assertThat(sources).as("sources").hasSize(1);
    Verdict.of(SentOnce.check(history, Map.of(sources.get(0), samples))).require();
  }

  /**
   * Asserts that each committed sample is trained exactly once in each epoch, and that no more than
   * the last ones are left (G1, G2, G4).
   *
   * @param trained samples that the newest version must count
   * @param rest samples after it, which wait for a full step
   */
  void assertTrainedOnce(long trained, long rest) {
    Verdict.of(
            TrainedOnce.check(history),
            TrainedOnce.checkDrained(history, rest),
            WholeCheckpoints.check(history),
            TouchingRanges.check(history),
            FencedTrainers.check(history))
        .require();
    List<Manifest> versions = history.versions();
    assertThat(versions).as("versions").isNotEmpty();
    Manifest newest = versions.get(versions.size() - 1);
    assertThat(newest.samples()).as("samples of %s", newest.where()).isEqualTo(trained);
  }

  /**
   * Asserts that each request has exactly one committed answer by one version, without an error, or
   * a dead letter if it cannot be decoded (G5, G6, G7).
   *
   * @param requests the expected number of those that can be decoded
   */
  void assertAnsweredOnce(long requests) {
    Verdict.onServing(history).require();
    assertThat(history.requests().stream().filter(r -> r.committed() && r.readable()).count())
        .as("requests")
        .isEqualTo(requests);
    List<Answer> answers = history.committedAnswers();
    assertThat(answers).as("answers").hasSize(Math.toIntExact(requests));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.error()).isEmpty());
  }

  /**
   * Asserts that each record of `batches` that cannot be decoded has exactly one committed dead
   * letter, and that no other batch has one (G7).
   */
  void assertBadBatchesRefusedOnce(int bad) {
    Verdict.of(RefusedBatches.check(history)).require();
    assertRefused(
        history.batches().stream()
            .filter(batch -> batch.committed() && !batch.readable())
            .map(Batch::at)
            .toList(),
        history.batches().get(0).at().topic(),
        bad);
  }

  /** Like {@link #assertBadBatchesRefusedOnce}, for `requests`. */
  void assertBadRequestsRefusedOnce(int bad) {
    Verdict.of(RefusedRequests.check(history)).require();
    assertRefused(
        history.requests().stream()
            .filter(request -> request.committed() && !request.readable())
            .map(Request::at)
            .toList(),
        history.requests().get(0).at().topic(),
        bad);
  }

  private void assertRefused(List<Place> unreadable, String topic, int bad) {
    assertThat(unreadable).as("bad records of %s", topic).hasSize(bad);
    assertThat(history.lettersAbout(topic).stream().map(Letter::of).collect(Collectors.toList()))
        .as("dead letters about %s", topic)
        .containsExactlyInAnyOrderElementsOf(unreadable);
  }
}
