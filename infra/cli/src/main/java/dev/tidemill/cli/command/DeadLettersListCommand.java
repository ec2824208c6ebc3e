package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.LetterRow;
import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.cli.output.Table;
import dev.tidemill.messaging.deadletter.StoredLetter;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List dead letters that nobody has replayed or discarded, oldest first.",
    description = {
      "The id of a letter is its offset on the topic dead-letters. Topic, partition and offset say"
          + " where the record was. Replays is how often the record had been replayed before.",
      ""
    })
final class DeadLettersListCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--all", description = "also those that were replayed or discarded")
  private boolean all;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "only those whose reason contains a text")
  private @Nullable String reason;

  @Option(
      names = "--by-reason",
      description = "count them by reason instead; numbers in a reason do not matter")
  private boolean byReason;

  @Option(names = "--json", description = "print one JSON object per line")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Letters letters = Letters.of(connection);
    if (byReason) {
      Map<String, Long> counts = new TreeMap<>();
      letters.forEach(
          letter -> {
            if (matches(letter)) {
              String kind = Printable.of(letter.letter().getReason().replaceAll("[0-9]+", "N"));
              counts.merge(kind, 1L, Long::sum);
            }
          },
          spec.commandLine().getErr());
      print(counts, out);
    } else if (json) {
      forEach(letters, row -> out.println(row.toJson()));
    } else {
      try (Table table = new Table(out)) {
        forEach(letters, table::add);
      }
    }
    out.flush();
  }

  private void forEach(Letters letters, java.util.function.Consumer<ResultRow> each) {
    letters.forEach(
        letter -> {
          if (matches(letter)) {
            each.accept(LetterRow.of(letter));
          }
        },
        spec.commandLine().getErr());
  }

  private boolean matches(StoredLetter letter) {
    return (all || letter.isOpen())
        && (reason == null || letter.letter().getReason().contains(reason));
  }

  private void print(Map<String, Long> counts, PrintWriter out) {
    try (Table table = new Table(out)) {
      counts.entrySet().stream()
          .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
          .map(
              kind ->
                  new ResultRow().with("letters", kind.getValue()).with("reason", kind.getKey()))
          .forEach(row -> print(row, table, out));
    }
  }

  private void print(ResultRow row, Table table, PrintWriter out) {
    if (json) {
      out.println(row.toJson());
    } else {
      table.add(row);
    }
  }
}
