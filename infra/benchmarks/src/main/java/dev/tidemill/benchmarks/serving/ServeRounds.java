package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.serving.Contender.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rounds of {@code serve}, in which contenders take turns: first more requests than can be
 * answered, then a backlog each, then two shares of what could be answered.
 */
final class ServeRounds {
  private static final int FIRST_BACKLOG = 3_000;
  private static final double WARM_UP_RATE = 1_500;

  /** In a window: fewer make no percentiles. */
  private static final int FEWEST_REQUESTS = 100;

  final Rounds backlog = new Rounds();
  final Rounds overload = new Rounds();
  final Rounds latency = new Rounds();
  final List<Window> windows = new ArrayList<>();

  private final BenchContext context;
  private final Contenders contenders;
  private final LoadGenerator load;
  private final double seconds;
  private final int rounds;
  private final Map<Contender, Warm> warm = new HashMap<>();

  ServeRounds(BenchContext context, Contenders contenders, LoadGenerator load) {
    this.context = context;
    this.contenders = contenders;
    this.load = load;
    this.seconds = context.quick() ? 1 : 2.5;
    this.rounds = context.quick() ? 1 : context.rounds(3);
  }

  /**
   * The result of a warm-up.
   *
   * @param backlog requests that take about a round's time
   * @param perSecond answers of a backlog
   */
  private record Warm(int backlog, double perSecond) {
    static final Warm NONE = new Warm(FIRST_BACKLOG, 0);

    /** Combines it with another backlog's result. The larger counts: code is compiled meanwhile. */
    Warm and(LoadResult last, double seconds) {
      return new Warm(
          Math.max(backlog, (int) (last.perSecond() * seconds)),
          Math.max(perSecond, last.perSecond()));
    }
  }

  /** A contender asked at a share of somebody's maximum. */
  record Window(Contender contender, Side whose, int percent, double perSecond) {
    String key() {
      return key(contender, whose, percent);
    }

    static String key(Contender contender, Side whose, int percent) {
      return contender.name() + "/" + whose + "/" + percent;
    }
  }

  void run() {
    contenders.all().forEach(this::warmUp);
    for (int round = 0; round < Math.min(2, rounds); round++) {
      context.say("more requests than can be answered, round " + (round + 1));
      for (Contender contender : contenders.all()) {
        overload.add(
            contender.name(),
            Overload.round(
                load::run,
                context::say,
                contender.title(),
                contender.target(),
                warm(contender).perSecond(),
                seconds));
      }
    }
    for (int round = 0; round < Math.max(2, rounds); round++) {
      context.say("backlogs, round " + (round + 1));
      for (Contender contender : contenders.all()) {
        int count = warm(contender).backlog();
        backlog.add(contender.name(), load.run(LoadOrder.backlog(contender.target(), count)));
      }
    }
    contenders.all().forEach(this::addWindows);
    for (int round = 0; round < rounds; round++) {
      context.say("latency, round " + (round + 1));
      for (Window window : windows) {
        double counted = Math.max(seconds, FEWEST_REQUESTS / window.perSecond());
        double before = counted / 5;
        LoadOrder order =
            LoadOrder.openLoop(
                window.contender().target(), window.perSecond(), counted + before, before);
        latency.add(window.key(), load.run(order));
      }
    }
  }

  /** Asks both ways until code is compiled, the broker's too. */
  private void warmUp(Contender contender) {
    context.say("warming up: " + contender.title());
    LoadTarget target = contender.target();
    Warm found = Warm.NONE.and(load.run(LoadOrder.backlog(target, FIRST_BACKLOG)), seconds);
    var unused = load.run(LoadOrder.openLoop(target, WARM_UP_RATE, 2 * seconds, 0));
    // The JVM compiles Tidemill while it runs, which takes a while.
    int backlogs = contender.side() == Side.OURS && !context.quick() ? 4 : 1;
    for (int i = 0; i < backlogs; i++) {
      found = found.and(load.run(LoadOrder.backlog(target, found.backlog())), seconds);
    }
    warm.put(contender, found);
  }

  private Warm warm(Contender contender) {
    return warm.getOrDefault(contender, Warm.NONE);
  }

  private void addWindows(Contender contender) {
    for (int percent : new int[] {50, 90}) {
      addWindow(contender, contender, percent);
      if (contender.side() == Side.OURS) {
        contenders
            .find(Side.PYTHON, contender.guarantee())
            .ifPresent(peer -> addWindow(contender, peer, percent));
      }
    }
  }

  /**
   * The maximum is what a contender keeps up with while requests arrive, which costs the same CPU.
   */
  private void addWindow(Contender contender, Contender whose, int percent) {
    Figure maximum = overload.figure(whose.name(), "keptUpPerSecond", "/s").orElseThrow();
    windows.add(new Window(contender, whose.side(), percent, maximum.median() * percent / 100));
  }
}
