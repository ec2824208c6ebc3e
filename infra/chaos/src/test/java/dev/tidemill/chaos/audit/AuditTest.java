package dev.tidemill.chaos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.chaos.pipeline.Caller.Acknowledged;
import dev.tidemill.testbed.guarantee.Violation;
import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static final Place ASKED = new Place("requests", 0, 5);
  private static final Request REQUEST = new Request(ASKED, true, true, "r-1", 1);
  private static final Batch BATCH =
      new Batch(new Place("batches", 1, 3), true, true, "s", 0, 0, 32, 1);

  @Test
  void namesAnAcknowledgedRequestThatIsNotOnTheLog() {
    History history = new History.Builder().requests(REQUEST).build();
    Facts facts =
        new Facts(
            Map.of(),
            List.of(
                new Acknowledged("r-1", ASKED),
                new Acknowledged("r-2", new Place("requests", 0, 6))),
            List.of());

    List<String> lost =
        Audit.of(history, facts).violations().stream()
            .map(Violation::toString)
            .filter(violation -> violation.contains("acknowledged"))
            .toList();

    assertThat(lost).singleElement().asString().contains("requests-0@6 request r-2");
  }

  @Test
  void namesASourceThatIsNotOnTheLogToItsEnd() {
    History history = new History.Builder().batches(BATCH).build();
    Facts facts = new Facts(Map.of("s", 64L), List.of(), List.of());

    assertThat(Audit.of(history, facts).violations().stream().map(Violation::toString))
        .anyMatch(violation -> violation.contains("source s") && violation.contains("64"));
  }

  @Test
  void countsRequestsWithoutAnAnswerAndBatchesThatAreNotTrained() {
    History.Builder history = new History.Builder().requests(REQUEST).batches(BATCH);
    assertThat(Backlog.of(history.build())).isEqualTo(new Backlog(1, 1));

    Answer answer =
        new Answer(
            new Place("predictions", 0, 0),
            true,
            "r-1",
            ASKED,
            "",
            1,
            "w",
            List.of(),
            Optional.empty(),
            false);
    history.answers(answer).training(new GroupOffset(1, 4, ""));
    assertThat(Backlog.of(history.build()).isEmpty()).isTrue();
  }
}
