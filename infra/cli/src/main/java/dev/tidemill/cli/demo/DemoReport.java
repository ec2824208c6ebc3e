package dev.tidemill.cli.demo;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.cli.output.EpochLine;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.CommittedRecords;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reports the results of a demo, computed only from the topics' committed records. */
public final class DemoReport {
  /** Prefix of the request ids of the test, which the last version answers. */
  static final String TEST = "test-";

  private final Lineage lineage;
  private final DriftLines drift = new DriftLines();
  private final Set<String> requests = new HashSet<>();
  private final Map<String, List<Prediction>> answers = new HashMap<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Set<Long> versionsServed = new TreeSet<>();
  private long requestRecords;
  private long predictions;
  private long errors;
  private long deadLetters;

  private DemoReport(Lineage lineage) {
    this.lineage = lineage;
  }

  /** Reads all of the model's topics. */
  public static DemoReport read(ModelContext context) {
    DemoReport report =
        new DemoReport(
            Lineage.read(context.clients(), context.codec(), context.topics(), "tidemill-report"));
    read(context, context.topics().requests(), PredictionRequest.class, report::request);
    read(context, context.topics().predictions(), Prediction.class, report::prediction);
    read(context, context.topics().labels(), Label.class, report::label);
    read(context, context.topics().deadLetters(), DeadLetter.class, letter -> report.deadLetters++);
    read(context, context.topics().checkpoints(), Checkpoint.class, report.drift::add);
    read(context, context.topics().control(), ControlEvent.class, report::control);
    return report;
  }

  private static <T extends org.apache.avro.specific.SpecificRecord> void read(
      ModelContext context, String topic, Class<T> type, java.util.function.Consumer<T> each) {
    CommittedRecords.read(context.clients(), context.codec(), topic, type, each);
  }

  private void control(ControlEvent event) {
    if (event.getEvent() instanceof DriftEvent found) {
      drift.add(found);
    }
  }

  private void request(PredictionRequest request) {
    requestRecords++;
    requests.add(request.getRequestId());
  }

  private void prediction(Prediction prediction) {
    predictions++;
    answers.computeIfAbsent(prediction.getRequestId(), id -> new ArrayList<>()).add(prediction);
    if (prediction.getError() == null) {
      versionsServed.add(prediction.getModelVersion());
    } else {
      errors++;
    }
  }

  private void label(Label label) {
    Integer known = label.getLabel();
    if (known != null) {
      labels.put(label.getRequestId(), known);
    }
  }

  /** Whether every request has one answer without an error, and the lineage has no fault. */
  public boolean succeeded() {
    return missing() == 0 && duplicates() == 0 && errors == 0 && lineage.verify().isEmpty();
  }

  private long missing() {
    return requests.stream().filter(id -> !answers.containsKey(id)).count();
  }

  private long duplicates() {
    return predictions - answers.size();
  }

  /** The report as named values. */
  public ResultRow row() {
    long newest = lineage.newest().map(Checkpoint::getVersion).orElse(0L);
    List<String> tests = requests.stream().filter(id -> id.startsWith(TEST)).toList();
    List<String> byNewest = tests.stream().filter(id -> answeredBy(id, newest)).toList();
    long right = byNewest.stream().filter(this::isRight).count();
    return new ResultRow()
        .with("samples_trained", lineage.newest().map(Checkpoint::getSamples).orElse(0L))
        .with("checkpoints", lineage.versions())
        .with("lineage_faults", lineage.verify().size())
        .with("versions_served", versionsServed.size())
        .with("requests", requestRecords)
        .with("predictions", predictions)
        .with("missing", missing())
        .with("duplicates", duplicates())
        .with("errors", errors)
        .with("drift_events", drift.count())
        .with("dead_letters", deadLetters)
        .with("test_version", newest)
        .with("test_samples", tests.size())
        .with("test_answered_by_test_version", byNewest.size())
        .with("accuracy", tests.isEmpty() ? null : (double) right / tests.size());
  }

  /** The report as three lines of text, and more for drift. */
  public String text() {
    Map<String, @Nullable Object> figures = row().values();
    return summary(figures) + drift.text();
  }

  private String summary(Map<String, @Nullable Object> figures) {
    return String.format(
        Locale.ROOT,
        "trained   %s samples into %s versions, lineage %s%n"
            + "served    %s requests, %s predictions, %s missing, %s duplicates, by %s versions%n"
            + "accuracy  %s of %s test samples, each sent once to version %s%n",
        figures.get("samples_trained"),
        figures.get("checkpoints"),
        lineage.verify().isEmpty() ? "without faults" : "WITH FAULTS: " + lineage.verify(),
        figures.get("requests"),
        figures.get("predictions"),
        figures.get("missing"),
        figures.get("duplicates"),
        figures.get("versions_served"),
        EpochLine.figure((Double) figures.get("accuracy")),
        figures.get("test_samples"),
        figures.get("test_version"));
  }

  private boolean answeredBy(String request, long version) {
    return answers.getOrDefault(request, List.of()).stream()
        .anyMatch(answer -> answer.getModelVersion() == version);
  }

  private boolean isRight(String request) {
    Integer label = labels.get(request);
    return label != null
        && answers.getOrDefault(request, List.of()).stream()
            .anyMatch(answer -> label.equals(answer.getLabel()));
  }
}
