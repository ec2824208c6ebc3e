package dev.tidemill.cli.command;

import dev.tidemill.cli.output.FieldCondition;
import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.output.RecordJson;
import dev.tidemill.cli.output.ResultRow;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Topics;
import java.io.PrintWriter;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Prints the records of one topic that meet conditions, one line of JSON each. */
final class TailPrinter {
  private final RecordCodec codec;
  private final Topics.Name name;
  private final List<FieldCondition> conditions;
  private final long limit;
  private final PrintWriter out;
  private long printed;
  private long malformed;
  private boolean outputClosed;

  /**
   * @param limit the most records
   */
  TailPrinter(
      RecordCodec codec,
      Topics.Name name,
      List<FieldCondition> conditions,
      long limit,
      PrintWriter out) {
    this.codec = codec;
    this.name = name;
    this.conditions = conditions;
    this.limit = limit;
    this.out = out;
  }

  /**
   * Whether a record meets all conditions. One that cannot be decoded does, because nobody can say
   * that it does not. A tombstone has no fields.
   */
  boolean matches(ConsumerRecord<byte[], byte[]> record) {
    if (conditions.isEmpty()) {
      return true;
    }
    if (record.value() == null) {
      return false;
    }
    try {
      SpecificRecord value = codec.decode(record, name.type());
      return conditions.stream().allMatch(condition -> condition.matches(value));
    } catch (MalformedRecordException e) {
      return true;
    }
  }

  /** Prints a record, unless the limit is reached. */
  void print(ConsumerRecord<byte[], byte[]> record) {
    if (isDone()) {
      return;
    }
    ResultRow row = RecordJson.row(record);
    if (record.value() == null) {
      row.with("value", null);
    } else {
      try {
        row.with("value", RecordJson.value(codec.decode(record, name.type())));
      } catch (MalformedRecordException e) {
        malformed++;
        row.with("error", Printable.inJson(String.valueOf(e.getMessage())));
      }
    }
    printed++;
    out.println(row.toJson());
  }

  void flush() {
    // As of "tidemill tail … | head".
    outputClosed = out.checkError();
  }

  /** Whether nothing more is printed: the limit is reached, or nobody reads the output. */
  boolean isDone() {
    return printed >= limit || outputClosed;
  }

  long printed() {
    return printed;
  }

  long malformed() {
    return malformed;
  }
}
