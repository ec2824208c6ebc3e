package dev.tidemill.pipeline;

import static java.util.stream.Collectors.groupingBy;

import com.microsoft.playwright.Page;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The lines that a page's charts must draw over time, by what a model's topics say now. */
final class TopicLines {
  private static final double EXACT = 1e-9;

  /** A histogram of the page has two significant digits. */
  private static final double TWO_DIGITS = 0.01;

  /** What is compared; answers by version are drawn for ten minutes. */
  private static final Duration SHOWN = Duration.ofMinutes(9);

  private final String brokers;
  private final Topics topics;
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());

  TopicLines(String brokers, Topics topics) {
    this.brokers = brokers;
    this.topics = topics;
  }

  /**
   * Returns how the charts of the tab Serving differ from the predictions, besides those of what
   * workers announce.
   *
   * @param until compares the seconds before this time
   */
  List<String> serving(Page page, long until) {
    SortedMap<Double, List<Answer>> seconds = seconds();
    List<Line> lines = new ArrayList<>();
    lines.add(line("Predictions per second", "per second", EXACT, seconds, List::size));
    lines.add(line("Predictions per second", "errors", EXACT, seconds, TopicLines::errors));
    Stream.of(
            times("From request to answer (ms)", "", TopicLines::millis, seconds),
            times("Queue and compute (ms)", "queue, ", TopicLines::queued, seconds),
            times("Queue and compute (ms)", "compute, ", TopicLines::computed, seconds))
        .forEach(lines::addAll);
    lines.add(
        line(
            "Batch size",
            "mean batch size",
            EXACT,
            seconds,
            all -> mean(all, each -> each.prediction().getBatchSize())));
    lines.add(
        line(
            "Age of the version that answers (s)",
            "mean age",
            EXACT,
            seconds,
            all -> mean(all, each -> each.prediction().getVersionAgeMs() / 1e3)));
    seconds.values().stream()
        .flatMap(List::stream)
        .map(answer -> answer.prediction().getModelVersion())
        .distinct()
        .sorted(Comparator.reverseOrder())
        .limit(8)
        .forEach(
            version ->
                lines.add(
                    line(
                        "Answers by version, the newest eight, ten minutes",
                        "version " + version,
                        EXACT,
                        seconds,
                        all -> count(all, version))));
    return differences(lines, page, until);
  }

  /** Returns how the charts of the tab Overview differ from the predictions. */
  List<String> overview(Page page, long until) {
    Line line = line("Predictions per second", "predictions", EXACT, seconds(), List::size);
    return differences(List.of(line), page, until);
  }

  private SortedMap<Double, List<Answer>> seconds() {
    return TopicReader.committed(brokers, topics.predictions()).stream()
        .map(record -> new Answer(record.timestamp(), codec.decode(record, Prediction.class)))
        .collect(groupingBy(answer -> second(answer.at()), TreeMap::new, Collectors.toList()));
  }

  private static List<String> differences(List<Line> lines, Page page, long until) {
    Map<String, DrawnChart> charts = new TreeMap<>();
    List<String> found = new ArrayList<>();
    for (Line line : lines) {
      DrawnChart chart = charts.computeIfAbsent(line.chart(), title -> DrawnChart.of(page, title));
      line.compare(chart, until, found);
    }
    if (lines.stream().allMatch(line -> line.points().headMap(second(until)).isEmpty())) {
      found.add("there is nothing to compare before " + until);
    }
    return found;
  }

  private static List<Line> times(
      String chart,
      String name,
      ToDoubleFunction<Answer> time,
      SortedMap<Double, List<Answer>> seconds) {
    return List.of(
        line(chart, name + "median", TWO_DIGITS, seconds, all -> percentile(all, time, 0.5)),
        line(
            chart,
            name + "99th percentile",
            TWO_DIGITS,
            seconds,
            all -> percentile(all, time, 0.99)));
  }

  private static Line line(
      String chart,
      String name,
      double tolerance,
      SortedMap<Double, List<Answer>> seconds,
      ToDoubleFunction<List<Answer>> value) {
    SortedMap<Double, Double> points = new TreeMap<>();
    seconds.forEach((second, answers) -> points.put(second, value.applyAsDouble(answers)));
    return new Line(chart, name, tolerance, points);
  }

  private static double errors(List<Answer> answers) {
    return answers.stream().filter(each -> each.prediction().getError() != null).count();
  }

  private static double count(List<Answer> answers, long version) {
    return answers.stream().filter(each -> each.prediction().getModelVersion() == version).count();
  }

  private static double millis(Answer answer) {
    return answer.at() - answer.prediction().getRequestedAt().toEpochMilli();
  }

  private static double queued(Answer answer) {
    return answer.prediction().getQueuedUs() / 1e3;
  }

  private static double computed(Answer answer) {
    return answer.prediction().getComputedUs() / 1e3;
  }

  private static double mean(List<Answer> answers, ToDoubleFunction<Answer> value) {
    return answers.stream().mapToDouble(value).average().orElseThrow();
  }

  /** The smallest value that this share of all does not exceed. */
  private static double percentile(
      List<Answer> answers, ToDoubleFunction<Answer> value, double share) {
    double[] sorted =
        answers.stream().mapToDouble(value).map(each -> Math.max(0, each)).sorted().toArray();
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  /**
   * Returns how the charts of the tab Training differ from the progress, on the page of a dashboard
   * that was started after it was written: it shows the records at their own time.
   *
   * @param until when it was started
   */
  List<String> training(Page page, long until) {
    List<Line> lines =
        List.of(
            new Line("Loss", "loss", EXACT, new TreeMap<>()),
            new Line("Prequential accuracy", "accuracy", EXACT, new TreeMap<>()),
            new Line("Samples per second", "per second", EXACT, new TreeMap<>()),
            new Line("Learning rate", "learning rate", EXACT, new TreeMap<>()),
            new Line("Step time (ms)", "step time", EXACT, new TreeMap<>()));
    Progress before = null;
    for (Progress each : progress()) {
      double[] values = {
        orNaN(each.event().getLoss()),
        orNaN(each.event().getAccuracy()),
        each.event().getSamplesPerSecond(),
        each.event().getLearningRate(),
        before == null ? Double.NaN : each.millisPerStep(before)
      };
      for (int i = 0; i < values.length; i++) {
        // The last record of a second counts.
        lines.get(i).points().put(second(each.at()), values[i]);
      }
      before = each;
    }
    lines.forEach(line -> line.points().values().removeIf(value -> value.isNaN()));
    return differences(lines, page, until);
  }

  private static double orNaN(Double value) {
    return value == null ? Double.NaN : value;
  }

  /** Returns the progress of all trainers that led, oldest first. */
  List<Progress> progress() {
    List<Progress> all = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicReader.committed(brokers, topics.progress())) {
      if (codec.decode(record, ProgressEvent.class).getEvent() instanceof TrainingProgress event
          && event.getPhase() != TrainerPhase.STANDBY) {
        all.add(new Progress(record.timestamp(), event));
      }
    }
    return all;
  }

  private static double second(long millis) {
    return millis - Math.floorMod(millis, 1_000L);
  }

  private record Answer(long at, Prediction prediction) {}

  /** A trainer's progress, and when its record was written. */
  record Progress(long at, TrainingProgress event) {
    double millisPerStep(Progress before) {
      long steps = event.getSteps() - before.event.getSteps();
      return before.event.getPhase() == TrainerPhase.TRAINING && steps > 0
          ? (double) (at - before.at) / steps
          : Double.NaN;
    }
  }

  private record Line(
      String chart, String name, double tolerance, SortedMap<Double, Double> points) {
    /** Adds the differences before a time. A second without a record may be drawn as 0. */
    void compare(DrawnChart in, long until, List<String> differences) {
      double from = second(until) - SHOWN.toMillis();
      SortedMap<Double, Double> drawn = in.line(name).subMap(from, second(until));
      SortedMap<Double, Double> wanted = points.subMap(from, second(until));
      wanted.forEach(
          (at, value) -> {
            Double other = drawn.get(at);
            if (other == null || Math.abs(other - value) > tolerance * Math.abs(value)) {
              differences.add(
                  "%s, %s at %.0f: %s, not %s".formatted(chart, name, at, other, value));
            }
          });
      drawn.forEach(
          (at, value) -> {
            if (!wanted.containsKey(at) && value != 0) {
              differences.add(
                  "%s, %s at %.0f: %s, not on the log".formatted(chart, name, at, value));
            }
          });
    }
  }
}
