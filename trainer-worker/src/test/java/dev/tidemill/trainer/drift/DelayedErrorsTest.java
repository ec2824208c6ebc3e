package dev.tidemill.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.evaluation.RecordAt;
import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelayedErrorsTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final String LABELS = "labels-id";
  private static final String PREDICTIONS = "predictions-id";

  /** The answers are wrong from this request on. */
  private static final int CHANGE = 1000;

  private final List<Drift> found = new ArrayList<>();

  private static DelayedErrors errors() {
    return new DelayedErrors(DetectorKind.ADWIN, List::of);
  }

  private static Prediction answer(int request, long version) {
    return answer(request, version, 0, List.of(0.8f, 0.2f));
  }

  private static Prediction answer(
      int request, long version, @Nullable Integer label, List<Float> outputs) {
    return Prediction.newBuilder()
        .setRequestId("r" + request)
        .setModel("m")
        .setModelVersion(version)
        .setVersionAgeMs(0)
        .setLabel(label)
        .setOutputs(outputs)
        .setQueuedUs(0)
        .setComputedUs(0)
        .setBatchSize(1)
        .setRequestedAt(BEGIN)
        .setCreatedAt(BEGIN)
        .setWorker("w")
        .build();
  }

  /** One in ten answers is wrong before the change, and nine in ten after it. */
  private static Label label(int request) {
    boolean rare = new Random(request).nextInt(10) == 0;
    boolean wrong = rare == request < CHANGE;
    return Label.newBuilder()
        .setRequestId("r" + request)
        .setLabel(wrong ? 1 : 0)
        .setCreatedAt(BEGIN)
        .build();
  }

  private static Instant at(int request) {
    return BEGIN.plusMillis(10L * request);
  }

  /** Answers and labels each request; ten requests answer before the first of their labels. */
  private static void run(DelayedErrors errors, int from, int to) {
    for (int request = from; request < to; request++) {
      errors.add(answer(request, 1 + request / 100), new RecordAt(0, request), at(request));
      int labeled = request - 10;
      if (labeled >= 0) {
        errors.add(label(labeled), new RecordAt(labeled % 2, labeled / 2), at(request));
      }
    }
  }

  private Drift only() {
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void findsARiseAndTheLabelWithWhichItBegan() {
    DelayedErrors errors = errors();
    assertThat(errors.begin(LABELS, PREDICTIONS)).isTrue();
    errors.trained(500);
    run(errors, 0, CHANGE);
    errors.take(found::add);
    assertThat(found).isEmpty();
    errors.trained(700);
    run(errors, CHANGE, CHANGE + 300);
    errors.take(found::add);

    Drift drift = only();
    assertThat(drift.signal()).isEqualTo(DriftSignal.DELAYED);
    int first = (int) drift.offset() * 2 + drift.partition();
    assertThat(first).isBetween(CHANGE - 32, CHANGE + 32);
    assertThat(drift.earlier()).isFalse();
    assertThat(drift.detected()).isEqualTo(700);
    assertThat(drift.before()).isBetween(0.05, 0.15);
    assertThat(drift.after()).isBetween(0.7, 1.0);
    DelayedChange delayed = Objects.requireNonNull(drift.delayed());
    assertThat(delayed.labelsId()).isEqualTo(LABELS);
    // Version 10 answers the 100 requests before the change, and version 11 those after it.
    assertThat(delayed.answeredBy()).isEqualTo(10);
    assertThat(delayed.at()).isEqualTo(at(first + 10));
    assertThat(drift.describe())
        .startsWith("drift: the error by delayed labels rose from 0.")
        .endsWith("version 10 answered before");
    assertThat(errors.counts()).isEqualTo(new JoinCounts(1290, 0, 0, 0, 0, 0, 0));
  }

  /** A killed trainer reads an hour of records again, and all that it had not seen. */
  @Test
  void continuesFromItsStateWithoutCountingAPairTwice() {
    DelayedErrors whole = errors();
    whole.begin(LABELS, PREDICTIONS);
    run(whole, 0, CHANGE + 300);
    whole.take(found::add);
    Drift expected = only();
    found.clear();

    DelayedErrors before = errors();
    before.begin(LABELS, PREDICTIONS);
    run(before, 0, CHANGE + 20);
    String state = before.takeWithState(found::add);
    assertThat(found).isEmpty();

    DelayedErrors after = restored(state);
    assertThat(after.begin(LABELS, PREDICTIONS)).isTrue();
    run(after, 200, CHANGE + 300);
    after.take(found::add);
    assertThat(only().offset()).isEqualTo(expected.offset());
    assertThat(only().partition()).isEqualTo(expected.partition());
    assertThat(only().delayed()).isEqualTo(expected.delayed());
    assertThat(after.takeWithState(found::add)).isEqualTo(whole.takeWithState(found::add));
  }

  private static DelayedErrors restored(String state) {
    DelayedErrors errors = errors();
    assertThat(monitor(errors).restore("1;adwin.DELAYED " + state)).isEmpty();
    return errors;
  }

  private static DriftMonitor monitor(DelayedErrors errors) {
    return new DriftMonitor(Optional.of(DetectorKind.ADWIN), 32, 1, 0, Optional.of(errors));
  }

  @Test
  void theStateOfAVersionKnowsOfTheChangesThatItReportsAndOfNoOthers() {
    DelayedErrors errors = errors();
    errors.begin(LABELS, PREDICTIONS);
    DriftMonitor monitor = monitor(errors);
    DriftReports reports =
        new DriftReports(
            monitor,
            new DriftSettings(Optional.of(DetectorKind.ADWIN), DriftPolicy.ANNOUNCE, 3, 1000),
            notice -> {});
    run(errors, 0, CHANGE + 15);
    String older = reports.collectForVersion();
    assertThat(reports.arePending()).isFalse();
    run(errors, CHANGE + 15, CHANGE + 300);
    String newer = reports.collectForVersion();
    assertThat(reports.take()).hasSize(1);

    assertThat(changesAfter(older)).isEqualTo(1);
    assertThat(changesAfter(newer)).isZero();
  }

  private int changesAfter(String state) {
    DelayedErrors errors = errors();
    assertThat(monitor(errors).restore(state)).isEmpty();
    errors.begin(LABELS, PREDICTIONS);
    run(errors, 0, CHANGE + 300);
    found.clear();
    errors.take(found::add);
    return found.size();
  }

  /** The event is newer than the payload, so it says where the detector began anew. */
  @Test
  void continuesAfterAReportedChange() {
    DelayedErrors before = errors();
    before.begin(LABELS, PREDICTIONS);
    run(before, 0, 500);
    String state = before.takeWithState(found::add);
    run(before, 500, CHANGE + 300);
    before.take(found::add);
    DelayedChange reported = Objects.requireNonNull(only().delayed());
    LabelPositions after =
        new LabelPositions(LABELS, "", reported.at(), reported.seen(), new TreeMap<>());

    DelayedErrors resumed = restored(state);
    assertThat(resumed.resumeAfter(after)).isTrue();
    assertThat(resumed.begin(LABELS, PREDICTIONS)).isTrue();
    run(resumed, 0, CHANGE + 600);
    found.clear();
    resumed.take(found::add);
    assertThat(found).isEmpty();

    DelayedErrors newer = restored(resumed.takeWithState(found::add));
    assertThat(newer.resumeAfter(after)).isFalse();
  }

  @Test
  void beginsAnewOnOtherTopics() {
    DelayedErrors errors = errors();
    errors.begin(LABELS, PREDICTIONS);
    run(errors, 0, 500);
    assertThat(errors.begin("another", PREDICTIONS)).isFalse();
    assertThat(errors.seen().isEmpty()).isTrue();
    run(errors, CHANGE, CHANGE + 300);
    errors.take(found::add);
    assertThat(found).isEmpty();
  }

  @Test
  void saysSoWhereItsStateCannotBeRead() {
    for (String text :
        List.of(
            "1;adwin.DELAYED",
            "1;adwin.DELAYED a,b 0.0 0.0 0.0 Infinity",
            "1;adwin.DELAYED a,b,x 0.0 0.0 0.0 Infinity",
            "1;adwin.DELAYED a,b,0,z0:1 0.0 0.0 0.0 Infinity",
            "1;adwin.DELAYED a,b,0,l0 0.0 0.0 0.0 Infinity",
            "1;adwin.DELAYED a,b,0,l0:1 7.0")) {
      DelayedErrors errors = errors();
      assertThat(monitor(errors).restore(text))
          .as(text)
          .singleElement()
          .asString()
          .startsWith("the detection of drift begins anew: the state of adwin.DELAYED");
      assertThat(errors.seen().isEmpty()).isTrue();
    }
  }

  @Test
  void measuresTargetsInTheirDeviations() {
    DelayedErrors errors = new DelayedErrors(DetectorKind.PAGE_HINKLEY, () -> List.of(100.0));
    errors.begin(LABELS, PREDICTIONS);
    for (int request = 0; request < 1000; request++) {
      errors.add(answer(request, 1, null, List.of(0f)), new RecordAt(0, request), at(request));
      float expected = request < 500 ? 10 : 300;
      Label label =
          Label.newBuilder()
              .setRequestId("r" + request)
              .setLabel(null)
              .setTargets(List.of(expected))
              .setCreatedAt(BEGIN)
              .build();
      errors.add(label, new RecordAt(0, request), at(request));
    }
    errors.take(found::add);
    assertThat(only().offset()).isBetween(495L, 505L);
    // The squares of 0.1 and 3 deviations.
    assertThat(only().before()).isBetween(0.009, 0.03);
    assertThat(only().after()).isBetween(0.88, 0.91);
  }
}
