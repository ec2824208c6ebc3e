package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.REQUESTS_ID;
import static dev.tidemill.testbed.guarantee.Example.answer;
import static dev.tidemill.testbed.guarantee.Example.letter;
import static dev.tidemill.testbed.guarantee.Example.request;
import static dev.tidemill.testbed.guarantee.Example.unreadableRequest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnsweredOnceTest {
  private static final Request ONE = request(0, "1");
  private static final Request OTHER = request(1, "2");

  private static History.Builder asked(Request... requests) {
    return new History.Builder().requestsTopicId(REQUESTS_ID).requests(requests);
  }

  private static String only(History.Builder history) {
    List<Violation> found = AnsweredOnce.check(history.build());
    assertThat(found).hasSize(1);
    return found.get(0).toString();
  }

  @Test
  void holdsWhenCallersUseTheSameId() {
    Request same = request(1, "1");
    History.Builder history =
        asked(ONE, same)
            .answers(answer(0, ONE, 1), answer(1, same, 1))
            .serving(new GroupOffset(0, 2, REQUESTS_ID));
    assertThat(AnsweredOnce.check(history.build())).isEmpty();
  }

  @Test
  void namesARequestWithoutAnAnswer() {
    assertThat(only(asked(ONE, OTHER).answers(answer(0, ONE, 1))))
        .isEqualTo("G5 lost write at requests-0@1 request 2: has no answer");
  }

  @Test
  void namesASecondAnswer() {
    assertThat(only(asked(ONE).answers(answer(0, ONE, 1), answer(4, ONE, 1))))
        .isEqualTo(
            "G5 duplicate at predictions-0@4 request 1: requests-0@0 was already answered at"
                + " predictions-0@0");
  }

  @Test
  void namesAnAnswerToAnAbortedRequest() {
    Request aborted = new Request(OTHER.at(), false, true, "2", 1);
    assertThat(only(asked(ONE, aborted).answers(answer(0, ONE, 1), answer(1, aborted, 1))))
        .startsWith("G5 aborted read at predictions-0@1 request 2");
  }

  @Test
  void namesAnAnswerToNoRequest() {
    assertThat(only(asked(ONE).answers(answer(0, ONE, 1), answer(1, OTHER, 1))))
        .startsWith("G5 phantom at predictions-0@1 request 2");
  }

  @Test
  void namesAnAnswerWithTheIdOfAnotherRequest() {
    Request renamed = request(0, "7");
    assertThat(only(asked(ONE).answers(answer(0, renamed, 1))))
        .startsWith("G5 phantom at predictions-0@0 request 7");
  }

  /** Of two open transactions, the later one may write first. */
  @Test
  void acceptsAnswersInAnyOrder() {
    History.Builder history = asked(ONE, OTHER).answers(answer(0, OTHER, 1), answer(1, ONE, 1));
    assertThat(AnsweredOnce.check(history.build())).isEmpty();
  }

  @Test
  void namesAnAnswerThatWasCommittedWithoutItsOffset() {
    History.Builder history =
        asked(ONE, OTHER)
            .answers(answer(0, ONE, 1), answer(1, OTHER, 1))
            .serving(new GroupOffset(0, 1, REQUESTS_ID));
    assertThat(only(history)).startsWith("G5 torn transaction at predictions-0@1 request 2");
  }

  @Test
  void acceptsADeadLetterForWhatCannotBeDecoded() {
    Request bad = unreadableRequest(0);
    assertThat(AnsweredOnce.check(asked(bad).letters(letter(0, bad.at())).build())).isEmpty();
    assertThat(only(asked(bad)))
        .isEqualTo("G5 lost write at requests-0@0: has neither an answer nor a dead letter");
  }

  @Test
  void ignoresAnAbortedAnswer() {
    History.Builder history = asked(ONE).answers(answer(1, ONE, 1));
    History.Builder both = history.answers(Example.aborted(answer(0, ONE, 1)));
    assertThat(AnsweredOnce.check(both.build())).isEmpty();
  }

  @Test
  void acceptsAnswersToDeletedRequests() {
    History.Builder history =
        asked(OTHER).answers(answer(0, ONE, 1), answer(1, OTHER, 1)).logStart("requests", 0, 1);
    assertThat(AnsweredOnce.check(history.build())).isEmpty();
  }

  @Test
  void ignoresAnswersToTheTopicBeforeItWasRecreated() {
    History.Builder history = asked(ONE).answers(answer(0, ONE, 1)).requestsTopicId("another");
    assertThat(only(history)).startsWith("G5 lost write at requests-0@0 request 1");
  }
}
