package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.LogStart;
import dev.tidemill.cli.output.FieldCondition;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.messaging.TopicLog;
import dev.tidemill.schemas.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    header = "Print a topic's records, each decoded to one line of JSON.",
    description = {
      "Reads committed records only, without a consumer group, so that no worker notices. Tensors"
          + " are shown by their shape and first values, and bytes by their length. A record that"
          + " cannot be decoded is shown with the reason. Exits with status 1 if there was one.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill tail predictions --model digits --follow",
      "  tidemill tail predictions --from beginning --where error!=null",
      "  tidemill tail checkpoints --limit 1",
      "  tidemill tail progress --from 2026-01-31T12:00:00Z"
    })
final class TailCommand implements Callable<Integer> {
  private static final String CLIENT_ID = "tidemill-tail";
  private static final int LAST = 10;
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "TOPIC",
      description =
          "batches, contract, checkpoints, checkpoint-chunks, requests, predictions, labels,"
              + " progress, control or dead-letters")
  private String topic = "";

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      converter = LogStart.Converter.class,
      description =
          "beginning, end, an offset, or a time such as 2026-01-31T12:00:00Z (default: the last 10"
              + " records)")
  private @Nullable LogStart from;

  @Option(
      names = {"-f", "--follow"},
      description = "also print records as they are committed, until Ctrl-C")
  private boolean follow;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "stop after N records; without --from and --follow: the last N")
  private @Nullable Integer limit;

  @Option(
      names = "--where",
      paramLabel = "FIELD=VALUE",
      description =
          "only records with this value of a field, or without it (FIELD!=VALUE); a field inside"
              + " another one is OUTER.INNER; can be repeated, and then all must hold")
  private List<String> where = List.of();

  @Option(names = "--partition", paramLabel = "N", description = "only this partition")
  private @Nullable Integer partition;

  @Override
  public Integer call() {
    Topics.Name name = UsageErrors.valid(spec, () -> Topics.Name.of(topic));
    Schema schema = SpecificData.get().getSchema(name.type());
    List<FieldCondition> conditions =
        UsageErrors.valid(
            spec, () -> where.stream().map(each -> FieldCondition.parse(each, schema)).toList());
    if (limit != null && limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
    }
    ModelContext context = ModelContext.of(connection.settings());
    context.requireTopic(name);
    TailPrinter printer =
        new TailPrinter(
            context.codec(),
            name,
            conditions,
            limit == null ? Long.MAX_VALUE : limit,
            spec.commandLine().getOut());
    try (Shutdown shutdown = follow ? Shutdown.hookEndless() : Shutdown.hook();
        TopicLog log = open(context, name)) {
      print(log, printer, shutdown);
    }
    return end(printer);
  }

  private TopicLog open(ModelContext context, Topics.Name name) {
    String full = context.topics().get(name);
    Integer only = partition;
    return only == null
        ? TopicLog.open(context.clients(), CLIENT_ID, List.of(full))
        : UsageErrors.valid(
            spec,
            () -> TopicLog.open(context.clients(), CLIENT_ID, new TopicPartition(full, only)));
  }

  private void print(TopicLog log, TailPrinter printer, Shutdown shutdown) {
    if (from == null) {
      int last = limit != null && (!follow || limit < LAST) ? limit : LAST;
      log.last(last, printer::matches, shutdown::requested).forEach(printer::print);
    } else {
      from.seek(log);
      log.readToEnd(
          record -> {
            if (printer.matches(record)) {
              printer.print(record);
            }
          },
          () -> printer.isDone() || shutdown.requested());
    }
    printer.flush();
    while (follow && !printer.isDone() && !shutdown.requested()) {
      log.poll(POLL)
          .forEach(
              record -> {
                if (printer.matches(record)) {
                  printer.print(record);
                }
              });
      printer.flush();
    }
  }

  private int end(TailPrinter printer) {
    if (printer.malformed() == 0) {
      return ExitStatus.DONE;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "tail: %d of %d records could not be decoded"
            .formatted(printer.malformed(), printer.printed()));
    err.flush();
    return ExitStatus.FAILED;
  }
}
