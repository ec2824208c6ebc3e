package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.FullScreen;
import dev.tidemill.cli.output.TopScreen;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.cli.run.WatchLoading;
import dev.tidemill.dashboard.ModelWatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    header = "Show a model's state in the terminal, live: faults, topics, training, workers.",
    description = {
      "Reads the topics and groups that the dashboard reads, without a consumer group, so that no"
          + " worker notices. Keys: q ends, Tab or an arrow shows the next model.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill top",
      "  tidemill top --model digits",
      "  tidemill top --once --models digits,table"
    })
final class TopCommand implements Callable<Integer> {
  private static final Duration REDRAW = Duration.ofSeconds(1);

  /** How long it takes at most to read what the page shows of the past. */
  private static final Duration LOADING = Duration.ofMinutes(2);

  /** A rate needs offsets of two times. */
  private static final Duration RATES = Duration.ofSeconds(3);

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--models",
      paramLabel = "NAME",
      split = ",",
      description = "the models to show (default: all that have topics with the prefix)")
  private List<String> models = List.of();

  @Option(
      names = "--once",
      description =
          "print the state once, as plain text, after three seconds, in which rates are measured;"
              + " so does a pipe instead of a terminal")
  private boolean once;

  @Override
  public Integer call() throws Exception {
    ModelContext context = ModelContext.of(connection.settings());
    List<String> shown = ShownModels.of(spec, context, models);
    Optional<FullScreen> screen = once ? Optional.empty() : FullScreen.open();
    List<ModelWatch> watches = new ArrayList<>();
    try (Shutdown shutdown = screen.isPresent() ? Shutdown.hookEndless() : Shutdown.hook()) {
      try {
        shown.forEach(model -> watches.add(WatchLoading.start(model, context, "top")));
        return screen.isPresent()
            ? follow(screen.get(), watches, shutdown)
            : print(watches, shutdown);
      } finally {
        screen.ifPresent(FullScreen::close);
        watches.forEach(ModelWatch::close);
      }
    }
  }

  private static int follow(FullScreen screen, List<ModelWatch> watches, Shutdown shutdown) {
    int at = 0;
    while (!shutdown.requested()) {
      ModelWatch watch = watches.get(at);
      WatchLoading.requireAlive(watch);
      screen.draw(TopScreen.of(watch.view(), at + 1, watches.size()));
      switch (screen.key(REDRAW)) {
        case QUIT -> {
          return ExitStatus.DONE;
        }
        case NEXT -> at = (at + 1) % watches.size();
        case PREVIOUS -> at = (at + watches.size() - 1) % watches.size();
        case NONE -> {
          // Draws again.
        }
      }
    }
    return ExitStatus.DONE;
  }

  private int print(List<ModelWatch> watches, Shutdown shutdown) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    for (ModelWatch watch : watches) {
      WatchLoading.await(watch, LOADING, shutdown);
    }
    boolean unused = shutdown.await(RATES.toMillis());
    for (ModelWatch watch : watches) {
      WatchLoading.requireAlive(watch);
      TopScreen.of(watch.view(), 1, 1).forEach(line -> out.println(line.text()));
    }
    out.flush();
    return ExitStatus.DONE;
  }
}
