package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.answer;
import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.error;
import static dev.tidemill.testbed.guarantee.Example.request;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneVersionPerAnswerTest {
  private static final Request ONE = request(0, "1");
  private static final Request OTHER = request(1, "2");

  private static History.Builder served() {
    return new History.Builder()
        .requestsTopicId(Example.REQUESTS_ID)
        .requests(ONE, OTHER)
        .manifests(
            version(1).range(at(0, 0), at(1, 0)).build(),
            version(2).range(at(1, 0), at(2, 0)).build());
  }

  private static String only(List<Violation> found) {
    assertThat(found).hasSize(1);
    return found.get(0).toString();
  }

  @Test
  void holdsWhenVersionsAscend() {
    History.Builder history = served().answers(answer(0, ONE, 1), answer(1, OTHER, 2));
    assertThat(OneVersionPerAnswer.check(history.build())).isEmpty();
  }

  @Test
  void comparesVersionsInTheOrderOfTheRequests() {
    History.Builder history = served().answers(answer(0, OTHER, 2), answer(1, ONE, 1));
    assertThat(OneVersionPerAnswer.check(history.build())).isEmpty();
  }

  @Test
  void namesAnAnswerByAnOlderVersion() {
    History.Builder history = served().answers(answer(0, ONE, 2), answer(1, OTHER, 1));
    assertThat(only(OneVersionPerAnswer.check(history.build())))
        .isEqualTo(
            "G6 stale serve at predictions-0@1 request 2: worker w answered with version 1, after"
                + " version 2");
    assertThat(OneVersionPerAnswer.check(history.pinned(1).build())).as("pinned").isEmpty();
  }

  @Test
  void namesAnAnswerByAVersionThatWasAborted() {
    History.Builder history =
        served()
            .manifests(version(3).range(at(2, 0), at(3, 0)).notCommitted().build())
            .answers(answer(0, ONE, 3));
    assertThat(only(OneVersionPerAnswer.check(history.build())))
        .startsWith("G6 aborted read at predictions-0@0 request 1");
  }

  @Test
  void namesAnAnswerByNoVersion() {
    assertThat(only(OneVersionPerAnswer.check(served().answers(answer(0, ONE, 9)).build())))
        .startsWith("G6 phantom at predictions-0@0 request 1");
    assertThat(only(OneVersionPerAnswer.check(served().answers(answer(0, ONE, 0)).build())))
        .startsWith("G6 phantom at predictions-0@0 request 1");
  }

  @Test
  void acceptsAnErrorWithoutAVersion() {
    assertThat(OneVersionPerAnswer.check(served().answers(error(0, ONE)).build())).isEmpty();
  }

  @Test
  void namesAnAnswerThatItsVersionDoesNotCompute() {
    History history = served().answers(answer(0, ONE, 1), answer(1, OTHER, 2)).build();
    assertThat(
            OneVersionPerAnswer.check(
                history, (answer, to) -> answer.outputs().contains((float) answer.version())))
        .isEmpty();
    assertThat(only(OneVersionPerAnswer.check(history, (answer, to) -> to.id().equals("1"))))
        .startsWith("G6 fractured read at predictions-0@1 request 2");
  }
}
