package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.REQUESTS_ID;
import static dev.tidemill.testbed.guarantee.Example.aborted;
import static dev.tidemill.testbed.guarantee.Example.answer;
import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.batch;
import static dev.tidemill.testbed.guarantee.Example.error;
import static dev.tidemill.testbed.guarantee.Example.expired;
import static dev.tidemill.testbed.guarantee.Example.letter;
import static dev.tidemill.testbed.guarantee.Example.place;
import static dev.tidemill.testbed.guarantee.Example.request;
import static dev.tidemill.testbed.guarantee.Example.trained;
import static dev.tidemill.testbed.guarantee.Example.unreadable;
import static dev.tidemill.testbed.guarantee.Example.unreadableRequest;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.Request;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** {@link RefusedBatches} and {@link RefusedRequests}. */
class RefusedOnceTest {
  private static final Manifest TRAINED = version(1).range(at(0, 0), at(2, 0)).build();

  private static History.Builder trainedWithABadBatch() {
    return new History.Builder().batches(batch(0), unreadable(1)).manifests(TRAINED);
  }

  private static History.Builder asked(Request... requests) {
    return new History.Builder().requestsTopicId(REQUESTS_ID).requests(requests);
  }

  private static String only(List<Violation> found) {
    assertThat(found).hasSize(1);
    return found.get(0).toString();
  }

  @Test
  void holdsWithOneDeadLetter() {
    History.Builder history = trainedWithABadBatch().letters(letter(0, place("batches", 0, 1)));
    assertThat(RefusedBatches.check(history.build())).isEmpty();
  }

  @Test
  void namesABadBatchWithoutADeadLetter() {
    assertThat(only(RefusedBatches.check(trainedWithABadBatch().build())))
        .isEqualTo("G7 lost write at batches-0@1: cannot be decoded: no dead letter");
  }

  @Test
  void namesABadBatchThatAPassLeftOut() {
    History.Builder history = new History.Builder().batches(unreadable(0)).training(trained(1, 0));
    assertThat(only(RefusedBatches.check(history.build())))
        .startsWith("G7 lost write at batches-0@0");
  }

  @Test
  void waitsForATrainerThatHasNotReadTheBadBatch() {
    History.Builder history =
        new History.Builder().batches(batch(0), batch(1), unreadable(2)).manifests(TRAINED);
    assertThat(RefusedBatches.check(history.build())).isEmpty();
  }

  @Test
  void namesABatchWithTwoDeadLetters() {
    History.Builder history =
        trainedWithABadBatch()
            .letters(letter(0, place("batches", 0, 1)), letter(1, place("batches", 0, 1)));
    assertThat(only(RefusedBatches.check(history.build())))
        .isEqualTo("G7 duplicate at batches-0@1: has 2 dead letters, the last at dead-letters-0@1");
  }

  @Test
  void acceptsThatARestartedModelRefusesAgain() {
    Manifest restarts = version(1).range(at(0, 0), at(2, 0)).restart(at(0, 0)).build();
    History.Builder history =
        new History.Builder()
            .batches(batch(0), unreadable(1))
            .manifests(restarts)
            .letters(letter(0, place("batches", 0, 1)), letter(1, place("batches", 0, 1)));
    assertThat(RefusedBatches.check(history.build())).isEmpty();
  }

  @Test
  void namesADeadLetterWithoutThePositionThatPassesItsRecord() {
    History.Builder history =
        new History.Builder()
            .batches(batch(0), batch(1), unreadable(2))
            .manifests(TRAINED)
            .letters(letter(0, place("batches", 0, 2)));
    assertThat(only(RefusedBatches.check(history.build())))
        .startsWith("G7 torn transaction at dead-letters-0@0");
  }

  @Test
  void namesADeadLetterAboutAnAbortedBatch() {
    History.Builder history =
        new History.Builder()
            .batches(batch(0), aborted(batch(1)))
            .manifests(TRAINED)
            .letters(letter(0, place("batches", 0, 1)));
    assertThat(only(RefusedBatches.check(history.build())))
        .startsWith("G7 aborted read at dead-letters-0@0");
  }

  @Test
  void namesADeadLetterAboutNoBatch() {
    History.Builder history =
        new History.Builder()
            .batches(batch(0))
            .manifests(TRAINED)
            .letters(letter(0, place("batches", 0, 1)));
    assertThat(only(RefusedBatches.check(history.build())))
        .startsWith("G7 phantom at dead-letters-0@0");
  }

  @Test
  void namesADeadLetterWithOtherBytes() {
    Letter other =
        new Letter(
            place("dead-letters", 0, 0), true, place("batches", 0, 1), "", "w", OptionalLong.of(9));
    assertThat(only(RefusedBatches.check(trainedWithABadBatch().letters(other).build())))
        .startsWith("G7 corruption at dead-letters-0@0");
  }

  @Test
  void holdsForAnErrorWithADeadLetter() {
    Request bad = request(0, "1");
    History.Builder history = asked(bad).answers(error(0, bad)).letters(letter(0, bad.at()));
    assertThat(RefusedRequests.check(history.build())).isEmpty();
  }

  @Test
  void holdsForAnUnreadableRequest() {
    Request bad = unreadableRequest(0);
    assertThat(RefusedRequests.check(asked(bad).letters(letter(0, bad.at())).build())).isEmpty();
  }

  @Test
  void namesAnErrorWithoutADeadLetter() {
    Request bad = request(0, "1");
    assertThat(only(RefusedRequests.check(asked(bad).answers(error(0, bad)).build())))
        .startsWith("G7 lost write at requests-0@0 request 1");
  }

  @Test
  void holdsForAnExpiredRequestWithoutADeadLetter() {
    Request late = request(0, "1");
    assertThat(RefusedRequests.check(asked(late).answers(expired(0, late)).build())).isEmpty();
  }

  @Test
  void namesADeadLetterWithoutAnAnswer() {
    Request bad = request(0, "1");
    assertThat(only(RefusedRequests.check(asked(bad).letters(letter(0, bad.at())).build())))
        .startsWith("G7 torn transaction at requests-0@0 request 1");
  }

  @Test
  void namesAnAnsweredRequestWithADeadLetter() {
    Request good = request(0, "1");
    History.Builder history = asked(good).answers(answer(0, good, 1)).letters(letter(0, good.at()));
    assertThat(only(RefusedRequests.check(history.build())))
        .startsWith("G7 duplicate at requests-0@0 request 1");
  }

  @Test
  void namesADeadLetterAboutNoRequest() {
    Request good = request(0, "1");
    History.Builder history =
        asked(good).answers(answer(0, good, 1)).letters(letter(0, place("requests", 0, 5)));
    assertThat(only(RefusedRequests.check(history.build())))
        .startsWith("G7 phantom at dead-letters-0@0");
  }
}
