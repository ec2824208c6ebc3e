package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.serving.Contender.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rounds of {@code serve}: contenders take turns in each. First more requests than can be
 * answered, then a backlog each, then two shares of what could be answered.
 */
final class ServeRounds {
  private static final int FIRST_BACKLOG = 3_000;
  private static final double WARM_UP_RATE = 1_500;

  /** In a window: percentiles of fewer say nothing. */
  private static final int FEWEST_REQUESTS = 100;

  private final BenchContext context;
  private final Contenders field;
  private final LoadClient load;
  private final double seconds;
  private final int rounds;
  private final Overload asksTooMuch;
  private final Map<Contender, Warm> warm = new HashMap<>();
  private final Results backlog = new Results();
  private final Results overload = new Results();
  private final Results latency = new Results();
  private final List<Window> windows = new ArrayList<>();

  /**
   * What the warm-up found.
   *
   * @param backlog requests that take about a round's time
   * @param perSecond answers of a backlog
   */
  private record Warm(int backlog, double perSecond) {
    static final Warm BEFORE = new Warm(FIRST_BACKLOG, 0);

    /** With another backlog's result: the larger of both, as code is compiled meanwhile. */
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

  ServeRounds(BenchContext context, Contenders field, LoadClient load) {
    this.context = context;
    this.field = field;
    this.load = load;
    this.seconds = context.quick() ? 1 : 2.5;
    this.rounds = context.quick() ? 1 : context.rounds(3);
    this.asksTooMuch = new Overload(load::run, context::say);
  }

  void run() {
    warmUp();
    measureOverload();
    measureBacklogs();
    measureLatency();
  }

  Results backlog() {
    return backlog;
  }

  Results overload() {
    return overload;
  }

  Results latency() {
    return latency;
  }

  List<Window> windows() {
    return windows;
  }

  /** Of all windows, in requests a second. */
  double highestRate() {
    return windows.stream().mapToDouble(Window::perSecond).max().orElseThrow();
  }

  /** Both ways of asking, until code is compiled, the broker's too. */
  private void warmUp() {
    for (Contender contender : field.contenders()) {
      context.say("warming up: " + contender.title());
      LoadTarget target = contender.target();
      Warm found = Warm.BEFORE.and(load.run(LoadOrder.backlog(target, FIRST_BACKLOG)), seconds);
      load.run(LoadOrder.openLoop(target, WARM_UP_RATE, 2 * seconds, 0));
      for (int i = 0; i < warmBacklogs(contender); i++) {
        found = found.and(load.run(LoadOrder.backlog(target, found.backlog())), seconds);
      }
      warm.put(contender, found);
    }
  }

  /** Ours is compiled while it runs, and that takes a while. */
  private int warmBacklogs(Contender contender) {
    if (context.quick()) {
      return 1;
    }
    return contender.side() == Side.OURS ? 4 : 1;
  }

  private void measureBacklogs() {
    for (int round = 0; round < Math.max(2, rounds); round++) {
      context.say("backlogs, round " + (round + 1));
      for (Contender contender : field.contenders()) {
        int count = warm(contender).backlog();
        backlog.add(contender.name(), load.run(LoadOrder.backlog(contender.target(), count)));
      }
    }
  }

  private void measureOverload() {
    for (int round = 0; round < Math.min(2, rounds); round++) {
      context.say("more requests than can be answered, round " + (round + 1));
      for (Contender contender : field.contenders()) {
        overload.add(
            contender.name(),
            asksTooMuch.round(
                contender.title(), contender.target(), warm(contender).perSecond(), seconds));
      }
    }
  }

  private Warm warm(Contender contender) {
    return warm.getOrDefault(contender, Warm.BEFORE);
  }

  /**
   * What a contender keeps up with while requests arrive, which costs the same processors: the
   * maximum whose shares are asked for.
   */
  double maximum(Contender contender) {
    return overload
        .figure(contender.name(), LoadResult::keptUpPerSecond, "predictions/s")
        .orElseThrow()
        .median();
  }

  private void measureLatency() {
    for (Contender contender : field.contenders()) {
      for (int percent : new int[] {50, 90}) {
        addWindow(contender, contender, percent);
        if (contender.side() == Side.OURS) {
          python(contender).ifPresent(peer -> addWindow(contender, peer, percent));
        }
      }
    }
    for (int round = 0; round < rounds; round++) {
      context.say("latency, round " + (round + 1));
      for (Window window : windows) {
        double counted = Math.max(seconds, FEWEST_REQUESTS / window.perSecond());
        double before = counted / 5;
        latency.add(
            window.key(),
            load.run(
                LoadOrder.openLoop(
                    window.contender().target(), window.perSecond(), counted + before, before)));
      }
    }
  }

  private void addWindow(Contender contender, Contender whose, int percent) {
    windows.add(new Window(contender, whose.side(), percent, maximum(whose) * percent / 100));
  }

  /** The peer of a contender with the same guarantee. */
  Optional<Contender> python(Contender ours) {
    return field.contenders().stream()
        .filter(other -> other.side() == Side.PYTHON)
        .filter(other -> other.guarantee() == ours.guarantee())
        .findFirst();
  }
}
