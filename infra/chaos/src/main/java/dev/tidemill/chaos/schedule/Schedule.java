package dev.tidemill.chaos.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The faults of a run, which follow from the seed and their number: the same ones on every machine.
 *
 * @param faults in the order of their starts
 */
public record Schedule(long seed, List<PlannedFault> faults) {
  /** After the end of a fault, its target starts again, or waits for the brokers. */
  private static final long WORKER_RECOVERS_MILLIS = 5_000;

  /** With one of three brokers away, a second one would stop all progress. */
  private static final long BROKER_RECOVERS_MILLIS = 7_000;

  private static final int MOST_CHANGES_OF_TOPICS = 2;

  public Schedule {
    faults = List.copyOf(faults);
  }

  /**
   * Draws a schedule. If there are enough faults, each kind occurs, and every role is killed and
   * stopped. Some faults start together; between others there is time to recover. A process has one
   * fault at a time, and so have the brokers together.
   *
   * @param count the number of faults, at least 1
   */
  public static Schedule of(long seed, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a schedule has at least 1 fault, not " + count);
    }
    // Its algorithm is part of Java's specification.
    Random random = new Random(seed);
    List<Choice> choices = choices(random, count);
    return new Schedule(seed, place(random, choices));
  }

  /** Returns when the last fault has ended, in milliseconds since the schedule began. */
  public long lengthMillis() {
    return faults.stream().mapToLong(PlannedFault::endMillis).max().orElse(0);
  }

  private record Choice(FaultKind kind, Role role) {}

  private static List<Choice> choices(Random random, int count) {
    List<Choice> choices = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      if (kind == FaultKind.KILL || kind == FaultKind.STOP) {
        kind.roles().forEach(role -> choices.add(new Choice(kind, role)));
      } else {
        choices.add(drawn(random, kind));
      }
    }
    int changes = MOST_CHANGES_OF_TOPICS;
    while (choices.size() < count) {
      FaultKind kind = drawnKind(random);
      if (!kind.changesTopics() || changes-- > 0) {
        choices.add(drawn(random, kind));
      }
    }
    Collections.shuffle(choices, random);
    return choices.subList(0, count);
  }

  private static Choice drawn(Random random, FaultKind kind) {
    return new Choice(kind, kind.roles().get(random.nextInt(kind.roles().size())));
  }

  private static FaultKind drawnKind(Random random) {
    int all = 0;
    for (FaultKind kind : FaultKind.values()) {
      all += kind.weight();
    }
    int left = random.nextInt(all);
    for (FaultKind kind : FaultKind.values()) {
      left -= kind.weight();
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights changed");
  }

  private static List<PlannedFault> place(Random random, List<Choice> choices) {
    Map<Target, Long> free = new HashMap<>();
    List<PlannedFault> placed = new ArrayList<>();
    long clock = 0;
    for (Choice choice : choices) {
      clock += random.nextInt(5) < 2 ? 100 + random.nextInt(700) : 1_500 + random.nextInt(3_500);
      FaultKind kind = choice.kind();
      long lasts = between(random, kind.shortestMillis(), kind.longestMillis());
      Target target = soonest(free, choice.role(), random);
      long start = Math.max(clock, free.getOrDefault(target, 0L));
      placed.add(new PlannedFault(0, kind, target, start, lasts));
      occupy(free, target, start + lasts);
    }
    placed.sort(
        Comparator.comparingLong(PlannedFault::startMillis).thenComparing(PlannedFault::kind));
    return numbered(placed);
  }

  private static long between(Random random, int from, int to) {
    return from + (long) random.nextInt(to - from + 1);
  }

  /** Returns the process of a role that is free first; a drawn one of several. */
  private static Target soonest(Map<Target, Long> free, Role role, Random random) {
    int first = random.nextInt(role.processes());
    Target soonest = new Target(role, first + 1);
    for (int i = 1; i < role.processes(); i++) {
      Target other = new Target(role, (first + i) % role.processes() + 1);
      if (free.getOrDefault(other, 0L) < free.getOrDefault(soonest, 0L)) {
        soonest = other;
      }
    }
    return soonest;
  }

  private static void occupy(Map<Target, Long> free, Target target, long until) {
    if (target.role() != Role.BROKER) {
      free.put(target, until + WORKER_RECOVERS_MILLIS);
      return;
    }
    for (int broker = 1; broker <= Role.BROKER.processes(); broker++) {
      free.put(new Target(Role.BROKER, broker), until + BROKER_RECOVERS_MILLIS);
    }
  }

  private static List<PlannedFault> numbered(List<PlannedFault> faults) {
    List<PlannedFault> numbered = new ArrayList<>();
    for (PlannedFault fault : faults) {
      numbered.add(
          new PlannedFault(
              numbered.size() + 1,
              fault.kind(),
              fault.target(),
              fault.startMillis(),
              fault.lastsMillis()));
    }
    return numbered;
  }
}
