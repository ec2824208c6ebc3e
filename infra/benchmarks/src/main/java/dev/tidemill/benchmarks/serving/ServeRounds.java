package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.serving.Contender.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The rounds of {@code serve}, in which contenders take turns: first more requests than can be
 * answered, then a backlog each, then two shares of what could be answered.
 */
final class ServeRounds {
  private static final int FIRST_BACKLOG = 3_000;
  private static final double WARM_UP_RATE = 1_500;

  /** Fewer answers make no rate, and no percentiles. */
  static final int FEWEST_ANSWERS = 100;

  private static final double LONGEST_SECONDS = 40;

  /** Times the rate of a backlog, which no contender keeps up with. */
  private static final double OVERLOAD = 1.5;

  final Rounds backlog = new Rounds();
  final Rounds overload = new Rounds();
  final Rounds latency = new Rounds();
  final List<Window> windows = new ArrayList<>();

  private final BenchContext context;
  private final Contenders contenders;
  private final LoadGenerator load;
  private final double seconds;
  private final int rounds;

  /** How many requests of a backlog each contender answers a second. */
  private final Map<Contender, Double> fastest = new LinkedHashMap<>();

  ServeRounds(BenchContext context, Contenders contenders, LoadGenerator load) {
    this.context = context;
    this.contenders = contenders;
    this.load = load;
    this.seconds = context.quick() ? 1 : 2.5;
    this.rounds = context.quick() ? 1 : context.rounds(3);
  }

  /** A contender asked at a share of somebody's maximum. */
  record Window(Contender contender, Side whose, int percent, double perSecond) {
    String key() {
      return key(contender.title(), whose, percent);
    }

    static String key(String contender, Side whose, int percent) {
      return contender + "/" + whose + "/" + percent;
    }
  }

  void run() {
    contenders.all().forEach(this::warmUp);
    for (int round = 0; round < Math.min(2, rounds); round++) {
      context.say("more requests than can be answered, round " + (round + 1));
      fastest.forEach(
          (who, rate) ->
              overload.add(
                  who.title(),
                  overload(load::run, context::say, who.title(), who.target(), rate, seconds)));
    }
    for (int round = 0; round < Math.max(2, rounds); round++) {
      context.say("backlogs, round " + (round + 1));
      fastest.forEach((who, rate) -> backlog.add(who.title(), backlog(who, rate)));
    }
    contenders.all().forEach(this::addWindows);
    for (int round = 0; round < rounds; round++) {
      context.say("latency, round " + (round + 1));
      for (Window window : windows) {
        double counted = Math.max(seconds, FEWEST_ANSWERS / window.perSecond());
        double before = counted / 5;
        LoadOrder order =
            LoadOrder.openLoop(
                window.contender().target(), window.perSecond(), counted + before, before);
        latency.add(window.key(), load.run(order));
      }
    }
  }

  /**
   * Sends more requests than can be answered. Answers come in bursts, as they are committed, and a
   * slow machine's burst may outlast the time that counts. So the time grows until it holds enough
   * answers for a rate.
   *
   * @param load executes one order
   * @param progress receives a line when the time grows
   * @param who in words, for an error
   * @param perSecond the answers of a backlog
   * @param seconds how long, at first
   * @throws BenchmarkException if the longest time holds too few answers
   */
  static LoadResult overload(
      Function<LoadOrder, LoadResult> load,
      Consumer<String> progress,
      String who,
      LoadTarget target,
      double perSecond,
      double seconds) {
    for (double time = seconds; ; time *= 2) {
      LoadResult result = load.apply(LoadOrder.openLoop(target, OVERLOAD * perSecond, time, 0));
      long answers = Math.round(result.keptUpPerSecond() * time / 2);
      if (answers >= FEWEST_ANSWERS) {
        return result;
      }
      String found =
          "%s answered %d requests in the second half of %.1f s, at %.0f requests a second"
              .formatted(who, answers, time, OVERLOAD * perSecond);
      if (time >= LONGEST_SECONDS) {
        throw new BenchmarkException(
            "%s; a rate needs %d. This machine is too slow, or too busy with other work"
                .formatted(found, FEWEST_ANSWERS));
      }
      progress.accept(found + "; trying twice as long");
    }
  }

  /** A backlog that takes about a round's time. */
  private LoadResult backlog(Contender contender, double perSecond) {
    int requests = Math.max(FIRST_BACKLOG, (int) (perSecond * seconds));
    return load.run(LoadOrder.backlog(contender.target(), requests));
  }

  /** Asks both ways until code is compiled, the broker's too. */
  private void warmUp(Contender contender) {
    context.say("warming up: " + contender.title());
    double perSecond = backlog(contender, 0).perSecond();
    var unused = load.run(LoadOrder.openLoop(contender.target(), WARM_UP_RATE, 2 * seconds, 0));
    // The JVM compiles Tidemill while it runs, which takes a while.
    int backlogs = contender.side() == Side.OURS && !context.quick() ? 4 : 1;
    for (int i = 0; i < backlogs; i++) {
      perSecond = Math.max(perSecond, backlog(contender, perSecond).perSecond());
    }
    fastest.put(contender, perSecond);
  }

  /**
   * Adds shares of the contender's own maximum, and for Tidemill those of the Python loop's. The
   * maximum is what a contender keeps up with while requests arrive, which costs the same CPU.
   */
  private void addWindows(Contender contender) {
    for (int percent : new int[] {50, 90}) {
      for (Side whose : Side.values()) {
        if (contender.side() == Side.OURS || contender.side() == whose) {
          overload
              .figure(Contender.title(whose, contender.guarantee()), "keptUpPerSecond", "/s")
              .map(maximum -> maximum.median() * percent / 100)
              .ifPresent(rate -> windows.add(new Window(contender, whose, percent, rate)));
        }
      }
    }
  }
}
