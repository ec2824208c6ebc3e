package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.aborted;
import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.batch;
import static dev.tidemill.testbed.guarantee.Example.batches;
import static dev.tidemill.testbed.guarantee.Example.letter;
import static dev.tidemill.testbed.guarantee.Example.unreadable;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import org.junit.jupiter.api.Test;

class TrainedOnceTest {
  private static History.Builder log(int count) {
    return new History.Builder().batches(batches(count));
  }

  private static String only(History history) {
    assertThat(TrainedOnce.check(history)).hasSize(1);
    return TrainedOnce.check(history).get(0).toString();
  }

  @Test
  void holdsWhenVersionsEndWithinRecords() {
    Manifest first = version(1).range(at(0, 0), at(1, 5)).samples(15).build();
    Manifest second = version(2).range(at(1, 5), at(3, 0)).samples(30).build();
    History history = log(3).manifests(first, second).build();
    assertThat(TrainedOnce.check(history)).isEmpty();
    assertThat(TrainedOnce.checkDrained(history, 0)).isEmpty();
  }

  @Test
  void namesASampleThatWasTrainedTwice() {
    Manifest first = version(1).range(at(0, 0), at(1, 5)).samples(15).build();
    Manifest second = version(2).range(at(1, 3), at(2, 0)).samples(22).build();
    assertThat(only(log(2).manifests(first, second).build()))
        .isEqualTo(
            "G1 duplicate at batches-0@1 sample 3: 2 samples were trained by version 1 and by"
                + " version 2, in epoch 1");
  }

  @Test
  void namesARecordThatWasSkipped() {
    Manifest first = version(1).range(at(0, 0), at(1, 0)).build();
    Manifest second = version(2).range(at(2, 0), at(3, 0)).build();
    assertThat(only(log(3).manifests(first, second).build()))
        .isEqualTo(
            "G1 lost write at batches-0@1 sample 0: 10 samples are in no range of epoch 1 up to"
                + " version 2");
  }

  @Test
  void namesAVersionThatLeftARecordOut() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).samples(10).build();
    assertThat(only(log(2).manifests(first).build()))
        .isEqualTo(
            "G1 lost write at checkpoints-0@1 version 1: counts 10 new samples, but its ranges"
                + " have 20");
  }

  @Test
  void namesARecordOfAnAbortedTransactionThatWasTrained() {
    History.Builder log = new History.Builder().batches(batch(0), aborted(batch(1)), batch(3));
    Manifest trained = version(1).range(at(0, 0), at(4, 0)).samples(30).build();
    assertThat(only(log.manifests(trained).build()))
        .startsWith("G1 aborted read at batches-0@1: version 1 counts 30 new samples");
  }

  @Test
  void holdsWhenARangePassesAnAbortedRecord() {
    History.Builder log = new History.Builder().batches(batch(0), aborted(batch(1)), batch(3));
    Manifest passed = version(1).range(at(0, 0), at(4, 0)).samples(20).build();
    assertThat(TrainedOnce.check(log.manifests(passed).build())).isEmpty();
  }

  @Test
  void namesAVersionThatCountsTooManySamples() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).samples(25).build();
    assertThat(only(log(2).manifests(first).build()))
        .startsWith("G1 duplicate at checkpoints-0@1 version 1: counts 25");
  }

  @Test
  void countsRefusedRecordsAsHandled() {
    History.Builder log = new History.Builder().batches(batch(0), unreadable(1), batch(2));
    Manifest trained = version(1).range(at(0, 0), at(3, 0)).samples(10).build();
    History history =
        log.manifests(trained).letters(letter(0, batch(2).at()), letter(1, batch(1).at())).build();
    assertThat(TrainedOnce.check(history)).isEmpty();
  }

  @Test
  void holdsInEachEpoch() {
    Manifest first = version(1).epochs(2, 0, 2).range(0, 1, at(0, 0), at(2, 0)).samples(20).build();
    Manifest second =
        version(2).epochs(2, 0, 2).range(0, 2, at(0, 0), at(2, 0)).samples(40).build();
    History history = log(2).manifests(first, second).build();
    assertThat(TrainedOnce.check(history)).isEmpty();
    assertThat(TrainedOnce.checkDrained(history, 0)).isEmpty();
  }

  @Test
  void namesARecordThatOneEpochLeftOut() {
    Manifest first = version(1).epochs(2, 0, 2).range(0, 1, at(0, 0), at(1, 0)).samples(10).build();
    Manifest second =
        version(2).epochs(2, 0, 2).range(0, 2, at(0, 0), at(2, 0)).samples(30).build();
    assertThat(only(log(2).manifests(first, second).build()))
        .startsWith("G1 lost write at batches-0@1 sample 0: 10 samples are in no range of epoch 1");
  }

  @Test
  void beginsAnewAfterARestart() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).samples(20).restart(at(1, 0)).build();
    Manifest second = version(2).root(2).range(at(1, 0), at(3, 0)).samples(40).build();
    assertThat(TrainedOnce.check(log(3).manifests(first, second).build())).isEmpty();
  }

  @Test
  void namesARecordThatARestartedModelSkipped() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).samples(20).restart(at(0, 0)).build();
    Manifest second = version(2).root(2).range(at(1, 0), at(3, 0)).samples(40).build();
    assertThat(only(log(3).manifests(first, second).build()))
        .startsWith("G1 lost write at batches-0@0 sample 0");
  }

  @Test
  void namesARecordBeforeTheRestart() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).samples(20).restart(at(1, 0)).build();
    Manifest second = version(2).root(2).range(at(0, 0), at(3, 0)).samples(50).build();
    assertThat(only(log(3).manifests(first, second).build()))
        .startsWith("G1 duplicate at batches-0@0 sample 0");
  }

  @Test
  void acceptsAGapOfDeletedRecords() {
    Manifest first = version(1).range(at(0, 0), at(1, 0)).build();
    Manifest second = version(2).gap(1, 4).range(at(4, 0), at(5, 0)).samples(20).build();
    History history =
        new History.Builder()
            .batches(batch(4))
            .logStart("batches", 0, 4)
            .manifests(first, second)
            .build();
    assertThat(TrainedOnce.check(history)).isEmpty();
  }

  @Test
  void namesDeletedOffsetsWithoutAGap() {
    Manifest first = version(1).range(at(0, 0), at(1, 0)).build();
    Manifest second = version(2).range(at(4, 0), at(5, 0)).samples(20).build();
    History history =
        new History.Builder()
            .batches(batch(4))
            .logStart("batches", 0, 4)
            .manifests(first, second)
            .build();
    assertThat(only(history)).startsWith("G1 lost write at batches-0@1: was deleted");
  }

  @Test
  void checksAnAddedPartitionFromItsBeginning() {
    Manifest first = version(1).range(at(0, 0), at(1, 0)).build();
    Manifest second =
        version(2).position(0, 1, at(1, 0)).range(1, 1, at(1, 0), at(2, 0)).samples(20).build();
    History history =
        new History.Builder()
            .batches(batch(0), batch(1, 0), batch(1, 1))
            .manifests(first, second)
            .build();
    assertThat(only(history)).startsWith("G1 lost write at batches-1@0 sample 0");
  }

  @Test
  void namesTheFirstRecordThatIsLeft() {
    Manifest first = version(1).range(at(0, 0), at(1, 4)).samples(14).build();
    History history = log(2).manifests(first).build();
    assertThat(TrainedOnce.checkDrained(history, 6)).isEmpty();
    assertThat(TrainedOnce.checkDrained(history, 5))
        .extracting(Violation::toString)
        .containsExactly(
            "G1 lost write at batches-0@1 sample 4: 6 samples from here on are not trained; at"
                + " most 5 may be left");
  }

  @Test
  void namesRecordsOfAnUnfinishedEpoch() {
    Manifest first = version(1).epochs(2, 0, 2).range(0, 1, at(0, 0), at(2, 0)).samples(20).build();
    assertThat(TrainedOnce.checkDrained(log(2).manifests(first).build(), 0))
        .extracting(Violation::where)
        .containsExactly("batches-0@0 sample 0");
  }
}
