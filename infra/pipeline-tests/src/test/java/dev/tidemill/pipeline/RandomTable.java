package dev.tidemill.pipeline;

import dev.tidemill.producer.source.table.TableFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * A table drawn from a seed, and one to three files that it is split into. The files differ in
 * column order, additional columns, delimiter, decimal point, encoding, quoting, line ends, byte
 * order mark and compression.
 */
final class RandomTable {
  static final String LABEL = "the label";

  private static final List<String> TEXTS =
      List.of(
          "red", "gr\u00fcn", "a, b", "say \"no\"", "x;y", "two\nlines", "5a", "'", "caf\u00e9");

  /** A row: a Double or a String by column, and the class's name. */
  record Row(Map<String, Object> values, String label) {}

  /** A file's bytes, and how they are to be read. */
  record File(String name, ByteBuffer bytes, TableFormat format) {}

  private final long seed;
  private final SplittableRandom random;
  private final List<String> columns = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<File> files = new ArrayList<>();
  private final boolean standardized;

  RandomTable(long seed) throws IOException {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.standardized = random.nextBoolean();
    int features = 1 + random.nextInt(5);
    for (int i = 0; i < features; i++) {
      columns.add((random.nextInt(4) == 0 ? "text " : "number ") + i);
    }
    int fileCount = 1 + random.nextInt(3);
    for (int i = 0; i < fileCount; i++) {
      List<Row> part = part(i);
      rows.addAll(part);
      files.add(file(i, part));
    }
  }

  long seed() {
    return seed;
  }

  boolean standardized() {
    return standardized;
  }

  List<Row> rows() {
    return rows;
  }

  List<File> files() {
    return files;
  }

  /**
   * Every file has each text, because one-hot categories cannot be appended; but not each class.
   */
  private List<Row> part(int number) {
    List<Row> part = new ArrayList<>();
    int count = TEXTS.size() + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      Map<String, Object> values = new HashMap<>();
      for (String column : columns) {
        values.put(column, column.startsWith("text") ? TEXTS.get(i % TEXTS.size()) : number());
      }
      part.add(new Row(values, "class " + TEXTS.get((number * 2 + random.nextInt(4)) % 9)));
    }
    return part;
  }

  private Object number() {
    return switch (random.nextInt(3)) {
      case 0 -> (double) random.nextInt(-1000, 1000);
      case 1 -> random.nextInt(-100_000, 100_000) / 1000.0;
      default -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-3, 7));
    };
  }

  private File file(int number, List<Row> part) throws IOException {
    boolean comma = random.nextInt(3) == 0;
    char delimiter = comma ? ";\t|".charAt(random.nextInt(3)) : ",;\t|".charAt(random.nextInt(4));
    Charset encoding =
        random.nextInt(3) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    boolean mark = encoding.equals(StandardCharsets.UTF_8) && random.nextInt(3) == 0;
    String end = random.nextBoolean() ? "\n" : "\r\n";
    boolean quoted = random.nextInt(3) == 0;
    List<String> order = new ArrayList<>(columns);
    order.add(random.nextInt(order.size() + 1), LABEL);
    boolean more = number > 0 && random.nextInt(3) == 0;
    List<String> lines = new ArrayList<>();
    if (more) {
      order.add(random.nextInt(order.size() + 1), "more");
    }
    shuffle(order);
    lines.add(String.join(String.valueOf(delimiter), order));
    for (Row row : part) {
      List<String> cells = new ArrayList<>();
      for (String column : order) {
        Object value =
            column.equals(LABEL) ? row.label() : row.values().getOrDefault(column, "ignored");
        cells.add(cell(value, delimiter, comma, quoted));
      }
      lines.add(String.join(String.valueOf(delimiter), cells));
    }
    boolean last = random.nextBoolean();
    String text = (mark ? "\ufeff" : "") + String.join(end, lines) + (last ? end : "");
    boolean packed = random.nextInt(4) == 0;
    byte[] bytes = text.getBytes(encoding);
    return new File(
        "part" + number + ".csv" + (packed ? ".gz" : ""),
        ByteBuffer.wrap(packed ? gzip(bytes) : bytes),
        new TableFormat(
            random.nextBoolean() ? delimiter : null,
            encoding,
            comma,
            null,
            null,
            List.of(),
            List.of(),
            more ? List.of("more") : List.of()));
  }

  private void shuffle(List<String> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      String other = list.get(j);
      list.set(j, list.get(i));
      list.set(i, other);
    }
  }

  private static String cell(Object value, char delimiter, boolean comma, boolean quoted) {
    String text = value instanceof Double number ? text(number, comma) : value.toString();
    boolean must =
        text.indexOf(delimiter) >= 0 || text.indexOf('"') >= 0 || text.indexOf('\n') >= 0;
    return must || quoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }

  private static String text(Double number, boolean comma) {
    String text =
        number == Math.rint(number) && Math.abs(number) < 1e6
            ? String.format(Locale.ROOT, "%.0f", number)
            : number.toString();
    return comma ? text.replace('.', ',') : text;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  @Override
  public String toString() {
    return "table of seed " + seed;
  }
}
