package dev.tidemill.cli.output;

import dev.tidemill.cli.output.ScreenLine.Kind;
import dev.tidemill.dashboard.state.ModelView;
import dev.tidemill.dashboard.state.ModelView.Fault;
import dev.tidemill.dashboard.state.ModelView.GroupRow;
import dev.tidemill.dashboard.state.ModelView.PartitionRow;
import dev.tidemill.dashboard.state.ModelView.ServingNow;
import dev.tidemill.dashboard.state.ModelView.Severity;
import dev.tidemill.dashboard.state.ModelView.TopicRow;
import dev.tidemill.dashboard.state.ModelView.TrainingNow;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code top} shows of a model. */
public final class TopScreen {
  private final ModelView view;
  private final List<ScreenLine> lines = new ArrayList<>();

  private TopScreen(ModelView view) {
    this.view = view;
  }

  /**
   * Returns the lines, the most important first.
   *
   * @param at the model's number among those that can be shown, from 1
   */
  public static List<ScreenLine> of(ModelView view, int at, int models) {
    TopScreen screen = new TopScreen(view);
    screen.title(at, models);
    if (view.loading()) {
      // What is half read would look like a fault.
      return screen.lines;
    }
    view.faults().forEach(screen::fault);
    screen.training();
    screen.serving();
    screen.table("WORKERS", view.workers().stream().map(screen::row).toList());
    screen.table("TOPICS", view.topics().stream().map(TopScreen::row).toList());
    return screen.lines;
  }

  private void title(int at, int models) {
    lines.add(
        new ScreenLine(
            Kind.TITLE,
            "tidemill top  "
                + view.model()
                + (models > 1 ? " (model " + at + " of " + models + ")" : "")
                + "  "
                + Instant.ofEpochMilli(view.now()).truncatedTo(ChronoUnit.SECONDS)
                + "  "
                + state()));
  }

  private String state() {
    if (view.loading()) {
      return view.unreachable() == null
          ? "reading the log"
          : "the brokers do not answer: " + view.unreachable();
    }
    long errors = count(Severity.ERROR);
    long warnings = count(Severity.WARNING);
    return errors + warnings == 0 ? "all is well" : errors + " errors, " + warnings + " warnings";
  }

  private long count(Severity severity) {
    return view.faults().stream().filter(fault -> fault.severity() == severity).count();
  }

  private void fault(Fault fault) {
    Kind kind =
        switch (fault.severity()) {
          case ERROR -> Kind.ERROR;
          case WARNING -> Kind.WARNING;
          case INFO -> Kind.PLAIN;
        };
    lines.add(new ScreenLine(kind, fault.severity() + " " + fault.what() + ". " + fault.why()));
    lines.add(ScreenLine.plain("  -> " + fault.todo()));
  }

  private void training() {
    TrainingNow training = view.training();
    heading("TRAINING");
    lines.add(
        ScreenLine.plain(
            training == null
                ? "no trainer has reported"
                : String.format(
                    Locale.ROOT,
                    "%s  epoch %d  %,d samples  %,.0f samples/s  loss %s  accuracy %s"
                        + "  learning rate %s  version %d",
                    training.phase().toLowerCase(Locale.ROOT),
                    training.epoch(),
                    training.samples(),
                    training.rate(),
                    EpochLine.figure(training.loss()),
                    EpochLine.figure(training.accuracy()),
                    Double.toString(training.learningRate()),
                    training.version())));
  }

  private void serving() {
    ServingNow serving = view.serving();
    heading("SERVING");
    lines.add(
        ScreenLine.plain(
            String.format(
                Locale.ROOT,
                "%,.0f predictions/s  p50 %s  p99 %s  errors %,d of %,d  newest version %d%s",
                serving.rate(),
                millis(serving.totalP50()),
                millis(serving.totalP99()),
                serving.errors(),
                serving.total(),
                view.newestVersion(),
                view.pinned() == 0 ? "" : "  pinned to " + view.pinned())));
  }

  private static String millis(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.0f ms", value);
  }

  private void table(String title, List<ResultRow> rows) {
    heading(title);
    StringWriter text = new StringWriter();
    Table.print(new PrintWriter(text), rows);
    text.toString().lines().map(ScreenLine::plain).forEach(lines::add);
    if (rows.isEmpty()) {
      lines.add(ScreenLine.plain("none"));
    }
  }

  private void heading(String text) {
    lines.add(ScreenLine.plain(""));
    lines.add(new ScreenLine(Kind.HEADING, text));
  }

  private ResultRow row(WorkerRow worker) {
    return new ResultRow()
        .with("worker", Printable.of(worker.worker()))
        .with("role", worker.role().toLowerCase(Locale.ROOT))
        .with("state", worker.gone() ? "GONE" : Printable.of(worker.state()))
        .with("version", worker.version() == 0 ? null : worker.version())
        .with("up", new Amount(duration((view.now() - worker.startedAt()) / 1000.0)))
        .with("host", Printable.of(worker.host()))
        .with("pid", worker.pid())
        .with("detail", Printable.of(worker.detail()));
  }

  private static ResultRow row(TopicRow topic) {
    GroupRow group = topic.group();
    Double left = group == null ? null : group.secondsToCatchUp();
    return new ResultRow()
        .with("topic", topic.name())
        .with("written/s", new Amount(String.format(Locale.ROOT, "%,.1f", topic.rate())))
        .with("pending", group == null ? null : Amount.of(group.pending()))
        .with(
            "read/s",
            group == null ? null : new Amount(String.format(Locale.ROOT, "%,.1f", group.rate())))
        .with(
            "caught_up_in",
            group == null ? null : new Amount(left == null ? "does not shrink" : duration(left)))
        .with("most_behind", mostBehind(topic))
        .with("members", group == null ? null : group.members())
        .with("partitions", topic.partitions().size())
        .with("size", topic.bytes() < 0 ? null : Amount.ofBytes(topic.bytes()));
  }

  /** The partition with the most pending records, as partition:records. */
  private static @Nullable Amount mostBehind(TopicRow topic) {
    PartitionRow most = null;
    for (PartitionRow each : topic.partitions()) {
      if (pending(each) > (most == null ? 0 : pending(most))) {
        most = each;
      }
    }
    return most == null ? null : new Amount(most.partition() + ":" + pending(most));
  }

  private static long pending(PartitionRow partition) {
    return partition.pending() == null ? 0 : partition.pending();
  }

  private static String duration(double seconds) {
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", Math.max(0, seconds));
    }
    return seconds < 7_200
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
  }
}
