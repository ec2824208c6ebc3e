package dev.tidemill.evaluation.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares alarms with those of MOA; its README says how they were made. */
class MoaAlarmsTest {
  /** A line of the file. */
  record Line(
      String detector,
      long seed,
      int samples,
      int change,
      double before,
      double after,
      List<Long> alarms) {

    static Line of(String text) {
      String[] cells = text.split(",", -1);
      return new Line(
          cells[0],
          Long.parseLong(cells[1]),
          Integer.parseInt(cells[2]),
          Integer.parseInt(cells[3]),
          Double.parseDouble(cells[4]),
          Double.parseDouble(cells[5]),
          Arrays.stream(cells[6].split(" ", -1))
              .filter(at -> !at.isEmpty())
              .map(Long::valueOf)
              .toList());
    }

    /** Returns where a detector alarms, which is reset after each alarm, as MOA's was. */
    List<Long> alarmsOf(DriftDetector detector) {
      Random random = new Random(seed);
      List<Long> found = new ArrayList<>();
      for (int i = 0; i < samples; i++) {
        double rate = i < change ? before : after;
        if (detector.add(random.nextDouble() < rate ? 1 : 0, 1).isPresent()) {
          found.add(i + 1L);
          detector.reset();
        }
      }
      return found;
    }
  }

  static List<Line> lines(String detector) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(MoaAlarmsTest.class.getResourceAsStream("/moa/alarms.csv"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(Line::of)
          .filter(line -> line.detector().equals(detector))
          .toList();
    }
  }

  static List<Line> adwin() throws IOException {
    return lines("adwin");
  }

  static List<Line> ddm() throws IOException {
    return lines("ddm");
  }

  static List<Line> pageHinkley() throws IOException {
    return lines("page-hinkley");
  }

  /**
   * MOA makes parts of the window appear a little shorter, so it may find a cut one check later.
   */
  @ParameterizedTest
  @MethodSource("adwin")
  void adwinAlarmsWhereMoaDoesOrOneComparisonEarlier(Line line) {
    List<Long> ours = line.alarmsOf(new Adwin(0.002, 32));
    assertThat(ours).hasSameSizeAs(line.alarms());
    for (int i = 0; i < ours.size(); i++) {
      assertThat(line.alarms().get(i) - ours.get(i)).isIn(0L, 32L);
    }
  }

  @ParameterizedTest
  @MethodSource("ddm")
  void ddmAlarmsWhereMoaDoes(Line line) {
    assertThat(line.alarmsOf(new Ddm())).isEqualTo(line.alarms());
  }

  /** MOA's sum may fall below 0, and fades. So it alarms later, for the same changes. */
  @ParameterizedTest
  @MethodSource("pageHinkley")
  void pageHinkleyAlarmsForTheSameChangesAsMoaAndNoLater(Line line) {
    List<Long> ours = line.alarmsOf(new PageHinkley(0.005, 100));
    assertThat(ours).hasSameSizeAs(line.alarms());
    for (int i = 0; i < ours.size(); i++) {
      assertThat(ours.get(i)).isBetween((long) line.change(), line.alarms().get(i));
    }
  }
}
