package dev.tidemill.cli.option;

import dev.tidemill.messaging.TopicLog;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where to begin to read a topic. */
@FunctionalInterface
public interface LogStart {
  void seek(TopicLog log);

  /** Parses {@code beginning}, {@code end}, an offset, or a time with its zone. */
  final class Converter implements ITypeConverter<LogStart> {
    @Override
    public LogStart convert(String text) {
      if (text.equals("beginning")) {
        return TopicLog::seekToBeginning;
      }
      if (text.equals("end")) {
        return TopicLog::seekToEnd;
      }
      try {
        if (text.matches("[0-9]+")) {
          long offset = Long.parseLong(text);
          return log -> log.seekToOffset(offset);
        }
        OffsetDateTime time = OffsetDateTime.parse(text);
        return log -> log.seekToTime(time.toInstant());
      } catch (NumberFormatException | DateTimeException e) {
        throw new TypeConversionException(
            "'"
                + text
                + "' is neither beginning, end, an offset, nor a time such as"
                + " 2026-01-31T12:00:00Z");
      }
    }
  }
}
