package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.batches;
import static dev.tidemill.testbed.guarantee.Example.chunk;
import static dev.tidemill.testbed.guarantee.Example.request;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.testbed.history.History;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void holdsOnAWholeHistory() {
    History history =
        new History.Builder()
            .batches(batches(1))
            .manifests(version(1).range(at(0, 0), at(1, 0)).build())
            .chunks(chunk(1, 1))
            .build();
    assertThat(Verdict.on(history).holds()).isTrue();
    assertThatCode(() -> Verdict.on(history).require()).doesNotThrowAnyException();
  }

  @Test
  void failsWithTheRecordThatBrokeIt() {
    History history = new History.Builder().requests(request(3, "17")).build();
    assertThatThrownBy(() -> Verdict.on(history).require())
        .isInstanceOf(AssertionError.class)
        .hasMessage("1 violation\nG5 lost write at requests-0@3 request 17: has no answer");
  }

  @Test
  void namesAFewOfManyViolations() {
    Violation one = new Violation(Guarantee.G1, Anomaly.DUPLICATE, "batches-0@1", "twice");
    Verdict verdict = new Verdict(Collections.nCopies(25, one));
    assertThat(verdict.toString().lines()).hasSize(22).last().isEqualTo("… 5 more");
    assertThat(Verdict.of(List.of(one), List.of(), List.of(one)).violations()).hasSize(2);
  }
}
