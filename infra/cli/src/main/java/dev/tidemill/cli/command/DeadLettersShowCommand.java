package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.LetterRow;
import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.deadletter.StoredLetter;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.TrainingBatch;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show one dead letter, its history and the beginning of its record.",
    description = {"A record that can be decoded is shown as JSON, any other one as bytes.", ""})
final class DeadLettersShowCommand implements Callable<Integer> {
  private static final int PREVIEW_CHARACTERS = 2_000;
  private static final int PREVIEW_BYTES = 64;

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "ID", description = "the letter, as 'dead-letters list' prints it")
  private long id;

  private @Nullable StoredLetter found;

  @Override
  public Integer call() {
    Letters letters = Letters.of(connection);
    letters.forEach(
        letter -> {
          if (letter.offset() == id) {
            found = letter;
          }
        },
        spec.commandLine().getErr());
    if (found == null) {
      throw new IllegalStateException(
          "there is no dead letter " + id + " of model " + letters.context().model());
    }
    PrintWriter out = spec.commandLine().getOut();
    print(out, found, letters.context());
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, StoredLetter stored, ModelContext context) {
    LetterRow.of(stored).values().forEach((name, value) -> out.printf("%-10s %s%n", name, value));
    DeadLetter letter = stored.letter();
    out.printf("%-10s %s%n", "worker", Printable.of(letter.getWorker()));
    out.printf("%-10s %s%n", "origin", Printable.of(stored.origin()));
    DeadLetterAction action = stored.action();
    if (action != null) {
      out.printf(
          "%-10s %s at %s%n",
          "operator", Printable.of(action.getOperator()), action.getCreatedAt());
    }
    letter
        .getHeaders()
        .forEach(header -> out.printf("%-10s %s%n", "header", Printable.of(header.getKey())));
    out.printf("%-10s %s%n", "record", preview(letter, context));
  }

  private static String preview(DeadLetter letter, ModelContext context) {
    ByteBuffer value = letter.getValue();
    if (value == null) {
      return "none";
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    if (letter.getTopic().isEmpty()) {
      return shortened(new String(bytes, StandardCharsets.UTF_8)); // A row of a source.
    }
    Class<? extends SpecificRecord> type =
        letter.getTopic().equals(context.topics().requests())
            ? PredictionRequest.class
            : TrainingBatch.class;
    try {
      ConsumerRecord<byte[], byte[]> record =
          new ConsumerRecord<>(
              letter.getTopic(), letter.getPartition(), letter.getOffset(), null, bytes);
      return shortened(context.codec().decode(record, type).toString());
    } catch (MalformedRecordException e) {
      int shown = Math.min(PREVIEW_BYTES, bytes.length);
      return bytes.length
          + " bytes: "
          + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown)
          + (shown < bytes.length ? " …" : "");
    }
  }

  private static String shortened(String text) {
    return text.length() <= PREVIEW_CHARACTERS
        ? Printable.of(text)
        : Printable.of(text.substring(0, PREVIEW_CHARACTERS)) + " …";
  }
}
