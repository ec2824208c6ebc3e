package dev.tidemill.cli.command;

import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.Folders;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.local.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    header = "Run a single-node Kafka broker (KRaft) on this machine.",
    description = {
      "This is a real Kafka broker for development; every Kafka tool and client can connect."
          + " Topics survive a restart only with --data-dir. The broker listens on 127.0.0.1 and"
          + " runs until Ctrl-C.",
      ""
    })
final class BrokerCommand implements Callable<Integer> {
  private static final long POLL_MS = 200;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "folder of the log (default: a temporary folder, deleted at the end)")
  private @Nullable Path dataDir;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "9092",
      description = "port to listen on; 0 picks a free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Override
  public Integer call() throws Exception {
    Path directory = dataDir == null ? Folders.temporary("tidemill-broker-") : dataDir;
    try (Shutdown shutdown = Shutdown.hook()) {
      run(directory, shutdown);
    }
    return ExitStatus.DONE;
  }

  private void run(Path directory, Shutdown shutdown) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port)) {
      spec.commandLine().getOut().println("bootstrap.servers=" + broker.bootstrapServers());
      spec.commandLine().getOut().flush();
      spec.commandLine()
          .getErr()
          .println("broker: log in " + directory.toAbsolutePath() + "; press Ctrl-C to stop");
      while (!shutdown.await(POLL_MS)) {
        broker.requireRunning();
      }
    } finally {
      if (dataDir == null) {
        Folders.delete(directory);
      }
    }
  }
}
