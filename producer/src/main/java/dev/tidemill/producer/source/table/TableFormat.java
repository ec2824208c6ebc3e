package dev.tidemill.producer.source.table;

import dev.tidemill.contract.NumberText;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a table is written.
 *
 * @param delimiter between cells; null to detect it in the first row
 * @param encoding an encoding in which ASCII characters are single bytes
 * @param decimalComma whether a comma separates the fraction
 * @param thousands the separator of groups of three digits; null if there is none
 * @param date the format of dates, which become days since 1970-01-01; null if there are none
 * @param columns the columns' names if the table has no header; empty if it has one
 * @param features the only columns that are features; empty for all
 * @param exclude columns that are not read
 */
public record TableFormat(
    @Nullable Character delimiter,
    Charset encoding,
    boolean decimalComma,
    @Nullable Character thousands,
    @Nullable String date,
    List<String> columns,
    List<String> features,
    List<String> exclude) {
  public static final TableFormat DEFAULT =
      new TableFormat(
          null, StandardCharsets.UTF_8, false, null, null, List.of(), List.of(), List.of());

  private static final double SECONDS_PER_DAY = 86_400;
  private static final Pattern DIGITS = Pattern.compile("[+-]?[0-9]{1,3}");
  private static final Pattern GROUP = Pattern.compile("[0-9]{3}");

  public TableFormat {
    columns = List.copyOf(columns);
    features = List.copyOf(features);
    exclude = List.copyOf(exclude);
  }

  /** Returns this format with all columns. */
  public TableFormat withoutChoice() {
    return new TableFormat(
        delimiter, encoding, decimalComma, thousands, date, columns, List.of(), List.of());
  }

  /** Whether cells need no conversion. */
  private boolean isPlain() {
    return !decimalComma && thousands == null && date == null;
  }

  /**
   * Returns a cell's value.
   *
   * @return a Double if the cell is a number or a date in this format; otherwise its text
   * @throws IllegalArgumentException if the cell would be read as a number in another format
   */
  public Object value(String cell) {
    if (isPlain()) {
      return cell;
    }
    String text = cell.strip();
    if (decimalComma || thousands != null) {
      String plain = plain(text);
      double number = plain == null ? Double.NaN : NumberText.parse(plain);
      if (!Double.isNaN(number)) {
        return number;
      }
    }
    Double day = date == null ? null : day(text, DateTimeFormatter.ofPattern(date));
    if (day != null) {
      return day;
    }
    if (decimalComma && text.indexOf('.') >= 0 && !Double.isNaN(NumberText.parse(text))) {
      throw new IllegalArgumentException("has a decimal point, but data.decimal is comma");
    }
    return text;
  }

  /** Returns a number with a decimal point and without groups; null if it is not in this format. */
  private @Nullable String plain(String text) {
    char point = decimalComma ? ',' : '.';
    char other = decimalComma ? '.' : ',';
    int end = text.indexOf(point);
    String whole = end < 0 ? text : text.substring(0, end);
    String fraction = end < 0 ? "" : text.substring(end + 1);
    if (fraction.indexOf(other) >= 0 || fraction.indexOf(point) >= 0) {
      return null;
    }
    if (thousands != null && whole.indexOf(thousands) >= 0) {
      String[] groups = whole.split(Pattern.quote(thousands.toString()), -1);
      for (int i = 0; i < groups.length; i++) {
        if (!(i == 0 ? DIGITS : GROUP).matcher(groups[i]).matches()) {
          return null;
        }
      }
      whole = String.join("", groups);
    }
    boolean separated = whole.indexOf('.') >= 0 || whole.indexOf(',') >= 0;
    return separated ? null : end < 0 ? whole : whole + "." + fraction;
  }

  private static @Nullable Double day(String text, DateTimeFormatter format) {
    try {
      TemporalAccessor found = format.parseBest(text, LocalDateTime::from, LocalDate::from);
      if (found instanceof LocalDateTime time) {
        double part = time.toLocalTime().toSecondOfDay() / SECONDS_PER_DAY;
        return time.toLocalDate().toEpochDay() + part;
      }
      return (double) LocalDate.from(found).toEpochDay();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
