package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.SamplePosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The spans of one partition that were trained in one epoch. */
final class Coverage {
  private final List<Span> spans = new ArrayList<>();
  private final List<Span> gaps = new ArrayList<>();

  /** From {@code start} to before {@code end}, with who covers it, for messages. */
  record Span(SamplePosition start, SamplePosition end, String by) {}

  void add(Span span) {
    if (span.start().isBefore(span.end())) {
      spans.add(span);
    }
  }

  /** Adds a span that need not be trained. */
  void addGap(Span gap) {
    gaps.add(gap);
  }

  /** Returns the spans that are covered twice. */
  List<Span> overlaps() {
    List<Span> overlaps = new ArrayList<>();
    SamplePosition reached = SamplePosition.at(0);
    String by = "";
    for (Span span : ordered(spans)) {
      if (span.start().isBefore(reached)) {
        overlaps.add(new Span(span.start(), span.end().min(reached), by + " and by " + span.by()));
      }
      if (reached.isBefore(span.end())) {
        reached = span.end();
        by = span.by();
      }
    }
    return overlaps;
  }

  /** Returns the spans between two positions that are neither covered nor gaps. */
  List<Span> holes(SamplePosition start, SamplePosition end) {
    List<Span> all = new ArrayList<>(spans);
    all.addAll(gaps);
    List<Span> holes = new ArrayList<>();
    SamplePosition reached = start;
    for (Span span : ordered(all)) {
      SamplePosition next = span.start().min(end);
      if (reached.isBefore(next)) {
        holes.add(new Span(reached, next, ""));
      }
      reached = reached.max(span.end());
    }
    if (reached.isBefore(end)) {
      holes.add(new Span(reached, end, ""));
    }
    return holes;
  }

  private static List<Span> ordered(List<Span> spans) {
    return spans.stream().sorted(Comparator.comparing(Span::start)).toList();
  }
}
