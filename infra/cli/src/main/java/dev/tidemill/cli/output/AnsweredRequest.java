package dev.tidemill.cli.output;

import dev.tidemill.contract.Contract;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request with its answer, and where the answer comes from.
 *
 * @param request null if retention has removed it, or it is older than what was read
 * @param version the version that answered; null if the answer is an error or the version unknown
 * @param read what that version and those down to its root have read; null if it is unknown
 * @param contract the data contract that the version was trained with; null if it has none
 * @param label the label that became known later; null if there is none
 */
public record AnsweredRequest(
    @Nullable FoundRecord<PredictionRequest> request,
    FoundRecord<Prediction> answer,
    @Nullable Checkpoint version,
    @Nullable RootRanges read,
    @Nullable Contract contract,
    @Nullable Label label) {

  private Prediction prediction() {
    return answer.value();
  }

  private static Duration micros(long count) {
    return Duration.ofNanos(count * 1000);
  }

  private Instant computed() {
    return prediction().getCreatedAt().minus(micros(prediction().getComputedUs()));
  }

  private Instant received() {
    return computed().minus(micros(prediction().getQueuedUs()));
  }

  /** Whether the answer is the label; null if they are not both classes. */
  private @Nullable Boolean agrees() {
    Integer expected = label == null ? null : label.getLabel();
    Integer given = prediction().getLabel();
    boolean comparable = expected != null && given != null;
    return comparable ? Boolean.valueOf(Objects.equals(expected, given)) : null;
  }

  /** The answer minus the label for each target; empty if they are not both targets. */
  private List<Double> errors() {
    List<Float> outputs = prediction().getOutputs();
    List<Float> expected = label == null ? List.of() : label.getTargets();
    List<Double> errors = new ArrayList<>();
    if (prediction().getLabel() == null && outputs.size() == expected.size()) {
      for (int i = 0; i < outputs.size(); i++) {
        errors.add((double) outputs.get(i) - expected.get(i));
      }
    }
    return errors;
  }

  private @Nullable String className(@Nullable Integer number) {
    List<String> classes = contract == null ? List.of() : contract.classes();
    if (number == null || number < 0 || number >= classes.size()) {
      return null;
    }
    return Printable.inJson(classes.get(number));
  }

  /** Returns everything as one object. */
  public ResultRow toRow() {
    Prediction given = prediction();
    String error = given.getError();
    String name = given.getLabelName();
    return new ResultRow()
        .with("request_id", Printable.inJson(given.getRequestId()))
        .with("request", request == null ? null : place(request).values())
        .with("answer", place(answer).values())
        .with("requested_at", given.getRequestedAt().toString())
        .with("received_at", error == null ? received().toString() : null)
        .with("computed_at", error == null ? computed().toString() : null)
        .with("answered_at", given.getCreatedAt().toString())
        .with("queued_us", given.getQueuedUs())
        .with("computed_us", given.getComputedUs())
        .with("batch_size", given.getBatchSize())
        .with("worker", Printable.inJson(given.getWorker()))
        .with("error", error == null ? null : Printable.inJson(error))
        .with("model_version", given.getModelVersion())
        .with("version_age_ms", given.getVersionAgeMs())
        .with("label", given.getLabel())
        .with("label_name", name == null ? null : Printable.inJson(name))
        .with("outputs", given.getOutputs())
        .with("version", version == null ? null : lineage(version, read).values())
        .with("delayed_label", label == null ? null : delayed(label).values());
  }

  private static ResultRow place(FoundRecord<?> record) {
    return new ResultRow().with("partition", record.partition()).with("offset", record.offset());
  }

  private static ResultRow lineage(Checkpoint version, @Nullable RootRanges read) {
    return new ResultRow()
        .with("parent", version.getParent())
        .with("run", version.getRun())
        .with("topic", version.getTopic())
        .with("ranges", version.getRanges().stream().map(VersionRow::range).toList())
        .with("root", version.getRoot())
        .with("read_since_root", read == null ? null : read.toRows())
        .with("samples", version.getSamples())
        .with("contract", version.getContract())
        .with("changes", version.getChanges().stream().map(Printable::inJson).toList())
        .with("created_at", version.getCreatedAt().toString())
        .with("worker", Printable.inJson(version.getWorker()));
  }

  private ResultRow delayed(Label known) {
    return new ResultRow()
        .with("label", known.getLabel())
        .with("label_name", className(known.getLabel()))
        .with("targets", known.getTargets())
        .with("created_at", known.getCreatedAt().toString())
        .with("agrees", agrees())
        .with("errors", errors());
  }

  /** Returns everything as lines of text. */
  public List<String> lines() {
    Prediction given = prediction();
    List<String> lines = new ArrayList<>();
    add(lines, "request", given.getRequestId());
    add(
        lines,
        "requested",
        given.getRequestedAt()
            + "  "
            + (request == null ? "older than what was read" : request.place()));
    if (given.getError() == null) {
      add(lines, "received", received() + "  by " + given.getWorker());
      add(
          lines,
          "computed",
          "%s  in %d us, in a micro-batch of %d"
              .formatted(computed(), given.getComputedUs(), given.getBatchSize()));
      add(lines, "answered", given.getCreatedAt() + "  " + answer.place());
      add(lines, "answer", answerText());
      add(
          lines,
          "version",
          given.getModelVersion() + ", " + given.getVersionAgeMs() + " ms old at the answer");
    } else {
      add(lines, "answered", given.getCreatedAt() + "  " + answer.place());
      add(lines, "worker", given.getWorker());
      add(lines, "error", given.getError());
    }
    if (version != null) {
      addLineage(lines, version, read);
    }
    add(lines, "label", label == null ? "not known yet" : labelText(label));
    return lines;
  }

  private static void addLineage(
      List<String> lines, Checkpoint version, @Nullable RootRanges read) {
    List<OffsetRange> ranges = version.getRanges();
    add(
        lines,
        "trained on",
        ranges.stream().map(VersionRow::describe).collect(Collectors.joining(" "))
            + " of "
            + version.getTopic());
    add(
        lines,
        "lineage",
        "%s, %d samples in all, %s"
            .formatted(
                version.getParent() == null
                    ? "the first version"
                    : "continues version " + version.getParent(),
                version.getSamples(),
                version.getContract() == 0
                    ? "no data contract"
                    : "contract version " + version.getContract()));
    if (read != null) {
      add(
          lines,
          "since root",
          "%s from version %d on, whose parameters were fresh"
              .formatted(read.describe(), version.getRoot()));
    }
    version.getChanges().forEach(change -> add(lines, "changed", change));
  }

  private String answerText() {
    Prediction given = prediction();
    Integer number = given.getLabel();
    List<Float> outputs = given.getOutputs();
    if (number == null || number < 0 || number >= outputs.size()) {
      return outputs.toString();
    }
    return String.format(
        Locale.ROOT, "%s (%.4f)", named(number, given.getLabelName()), outputs.get(number));
  }

  private String labelText(Label known) {
    Integer number = known.getLabel();
    String text = number == null ? known.getTargets().toString() : named(number, className(number));
    Boolean same = agrees();
    String comparison =
        same != null
            ? (same ? "the answer agrees" : "the answer differs")
            : (errors().isEmpty() ? "cannot be compared with the answer" : "errors " + errors());
    return text + "  " + comparison + "  (known " + known.getCreatedAt() + ")";
  }

  private static String named(int number, @Nullable String name) {
    return name == null ? Integer.toString(number) : name + " (class " + number + ")";
  }

  private static void add(List<String> lines, String name, String value) {
    lines.add("%-11s %s".formatted(name, Printable.of(value)));
  }
}
