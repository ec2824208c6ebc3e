package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.DataOptions;
import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.requests.LabelSender;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "label",
    mixinStandardHelpOptions = true,
    header = "Send the labels of samples whose predictions were requested before.",
    description = {
      "Labels often become known after the answer. This command sends those of a source to the"
          + " topic labels, with the ids that 'predict' gives the same samples. 'models list"
          + " --labels' then compares them with the answers. Exits with status 1 if a sample has no"
          + " label, or one that the data contract does not accept.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill label --model table --data csv:table.csv --label class",
      "  tidemill label --model digits --data digits --skip 8000 --limit 1000"
    })
final class LabelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private DataOptions data = new DataOptions();

  @Option(names = "--data", paramLabel = "SOURCE", required = true, description = "${sources}")
  private String source = "";

  @Option(
      names = "--id-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "what is before the samples' numbers in the requests' ids (default: nothing)")
  private String idPrefix = "";

  @Override
  public Integer call() throws Exception {
    Map<String, String> given = connection.settings();
    given.put(DataSettings.SOURCE, source);
    data.addTo(given);
    ModelContext context = ModelContext.of(given);
    PrintWriter err = spec.commandLine().getErr();
    context.require(TopicRole.LABELER);
    try (Shutdown shutdown = Shutdown.hook();
        SampleSource samples =
            DataSettings.from(context.settings(), SourceOptions.FOR_REQUESTS).open(System.in);
        LabelSender sender =
            new LabelSender(
                context.destination(),
                context.contracts(),
                idPrefix,
                reason -> err.println("label: " + Printable.of(reason)),
                Clock.systemUTC())) {
      LabelSender.Sent sent = sender.send(samples, shutdown::requested);
      err.println(
          "label: sent %d labels; %d samples without a usable label, %d malformed"
              .formatted(sent.labels(), sent.unlabeled(), sent.malformed()));
      err.flush();
      return sent.unlabeled() + sent.malformed() == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }
  }
}
