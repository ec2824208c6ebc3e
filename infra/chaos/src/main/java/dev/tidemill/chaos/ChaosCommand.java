package dev.tidemill.chaos;

import dev.tidemill.chaos.report.HtmlReport;
import dev.tidemill.chaos.report.RunResult;
import dev.tidemill.chaos.report.TextReport;
import dev.tidemill.chaos.schedule.Schedule;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.Folders;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidemill chaos}. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    header = "Attack the guarantees with many faults in real processes, and audit them.",
    description = {
      "Starts three brokers, two producers, two trainers, three inference workers and two callers,"
          + " each as a process of its own on this machine. Kills and stops them, moves leaders,"
          + " disturbs connections, sends bad records and adds partitions, as a schedule says that"
          + " follows from the seed. Then waits until all is trained and answered, and checks the"
          + " guarantees from the committed records.",
      "",
      "Exits with status 1 if a guarantee does not hold, if something is left, or if a planned fault"
          + " found nothing to harm. Then the logs are kept.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill chaos",
      "  tidemill chaos --seed 7 --faults 100 --report chaos.html --keep chaos-7"
    })
final class ChaosCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "the same seed and number of faults give the same schedule (default: random)")
  private @Nullable Long seed;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "40",
      description = "number of faults (default: ${DEFAULT-VALUE})")
  private int faults;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "write a page with the timeline")
  private @Nullable Path report;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "keep all logs and data in DIR, which must be new or empty")
  private @Nullable Path keep;

  @Option(names = "--plan", description = "only print the schedule")
  private boolean planOnly;

  @Override
  public Integer call() throws Exception {
    if (faults < 1) {
      throw new ParameterException(
          spec.commandLine(), "--faults must be at least 1, not " + faults);
    }
    Schedule schedule =
        Schedule.of(
            seed == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000) : seed, faults);
    if (planOnly) {
      schedule.faults().forEach(fault -> out().println(fault));
      out().flush();
      return ExitStatus.DONE;
    }
    Path folder = folder();
    RunResult result = run(schedule, folder);
    TextReport.of(result).forEach(out()::println);
    if (report != null) {
      Files.writeString(report, HtmlReport.of(result));
      out().println("report    " + report);
    }
    if (keep == null && result.succeeded()) {
      Folders.delete(folder);
    } else {
      out().println("kept      " + folder);
    }
    out().flush();
    return result.succeeded() ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  private RunResult run(Schedule schedule, Path folder) throws Exception {
    say("seed %d, %d faults; logs in %s", schedule.seed(), schedule.faults().size(), folder);
    try (ChaosRun run = ChaosRun.start(schedule, folder, line -> say("%s", line))) {
      run.inject();
      run.drain();
      return run.audit();
    }
  }

  private Path folder() throws Exception {
    if (keep == null) {
      return Folders.temporary("tidemill-chaos-");
    }
    Files.createDirectories(keep);
    try (var entries = Files.newDirectoryStream(keep)) {
      if (entries.iterator().hasNext()) {
        throw new ParameterException(
            spec.commandLine(), "--keep names a folder that is not empty: " + keep);
      }
    }
    return keep;
  }

  private synchronized void say(String format, Object... values) {
    spec.commandLine().getErr().printf("chaos: " + format + "%n", values);
    spec.commandLine().getErr().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
