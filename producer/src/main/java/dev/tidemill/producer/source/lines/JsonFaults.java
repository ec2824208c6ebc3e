package dev.tidemill.producer.source.lines;

import static dev.tidemill.contract.UnusableValueException.shown;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in a few printable words why a line is not JSON. */
final class JsonFaults {
  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'");
  private static final Pattern WORD = Pattern.compile("[-+]?(NaN|Infinity|INF)");

  private JsonFaults() {}

  static String explain(String line, JsonProcessingException e) {
    Matcher duplicate = DUPLICATE.matcher(String.valueOf(e.getOriginalMessage()));
    if (duplicate.find()) {
      return "two fields named " + shown(duplicate.group(1));
    }
    Matcher word = WORD.matcher(line);
    if (word.find()) {
      return "not JSON: " + shown(word.group()) + " is not a number there; leave it out, or null";
    }
    if (e instanceof JsonEOFException) {
      return "not JSON: the line ends within a value; each line must hold one whole object";
    }
    int column = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNr());
    int from = Math.min(line.length(), Math.max(0, column - 2));
    return "not JSON at column " + column + ": " + shown(line.substring(from));
  }
}
