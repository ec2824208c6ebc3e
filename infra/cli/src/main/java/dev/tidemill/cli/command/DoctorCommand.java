package dev.tidemill.cli.command;

import dev.tidemill.cli.doctor.ClusterAccess;
import dev.tidemill.cli.doctor.Doctor;
import dev.tidemill.cli.doctor.Examination;
import dev.tidemill.cli.doctor.ReportPrinter;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.rights.PrincipalRole;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.Shutdown;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    header = "Check a cluster and a model end to end, and say what to change.",
    description = {
      "Checks the brokers, the model's topics, their replication, the principal's rights,"
          + " transactions, clocks, disks, workers, and the path of a request through the pipeline."
          + " Each line names a check, its result, what was found, and what fixes it. Exits with"
          + " status 1 if there is an error; warnings, and what could not be checked, do not change"
          + " the status.",
      "",
      "Transactions and clocks are checked with records on topics of its own, which it creates and"
          + " deletes. The pipeline is checked with one request whose id begins with 'doctor-'; the"
          + " request and its answer stay on their topics.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill doctor --model digits",
      "  tidemill doctor --model digits --no-probe --role trainer"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--no-probe", description = "write nothing to the cluster")
  private boolean readOnly;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      description =
          "a role that this principal must be able to take: producer, trainer, inference, caller,"
              + " operator, viewer, replayer or doctor; can be repeated (default: any one will"
              + " do)")
  private Set<PrincipalRole> roles = Set.of();

  @Option(names = "--json", description = "print one JSON object per line")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ModelContext context = ModelContext.of(connection.settings());
    ReportPrinter printer = new ReportPrinter(spec.commandLine().getOut(), json);
    try (Shutdown shutdown = Shutdown.hook();
        ClusterAccess cluster = new ClusterAccess(context)) {
      new Examination(DEADLINE, shutdown::requested, cluster.howToGrant(), printer::print)
          .run(Doctor.checks(cluster, roles, !readOnly, shutdown));
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println("doctor: " + printer.summary());
    err.flush();
    return printer.isHealthy() ? ExitStatus.DONE : ExitStatus.FAILED;
  }
}
