package dev.tidemill.producer.source.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.testbed.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ParquetSourceTest {
  private static final SourceOptions TRAINING = SourceOptions.FOR_TRAINING;
  private static final DeriveOptions FILLED =
      new DeriveOptions(LabelMeaning.AUTO, true, Set.of(), MissingPolicy.MEAN, null, true, false);
  private static final CompressionCodecName PLAIN = CompressionCodecName.UNCOMPRESSED;

  @TempDir Path dir;

  /** A row of a table that each format can hold. */
  private record Row(
      @Nullable Long n,
      @Nullable Double x,
      float f,
      @Nullable String color,
      boolean on,
      @Nullable LocalDate day,
      LocalDateTime at,
      BigDecimal price,
      String label) {
    private static final String SCHEMA =
        """
        message t {
          optional int64 n;
          optional double x;
          required float f;
          optional binary color (STRING);
          required boolean on;
          optional int32 day (DATE);
          required int64 at (TIMESTAMP(MICROS,true));
          required fixed_len_byte_array(5) price (DECIMAL(10,2));
          required binary label (STRING);
        }
        """;

    static Row random(RandomGenerator random) {
      return new Row(
          random.nextInt(9) == 0 ? null : random.nextLong(1_000_000),
          random.nextInt(9) == 0 ? null : random.nextGaussian(),
          random.nextInt(-900, 900) / 10f,
          random.nextInt(9) == 0 ? null : List.of("red", "gr\u00FCn", "a,b").get(random.nextInt(3)),
          random.nextBoolean(),
          random.nextInt(9) == 0 ? null : LocalDate.ofEpochDay(random.nextInt(-9_000, 30_000)),
          LocalDateTime.ofEpochSecond(random.nextInt(), 0, ZoneOffset.UTC),
          BigDecimal.valueOf(random.nextLong(-100_000, 100_000), 2),
          random.nextBoolean() ? "cat" : "dog");
    }

    void write(Group group) {
      add(n, () -> group.append("n", Objects.requireNonNull(n)));
      add(x, () -> group.append("x", Objects.requireNonNull(x)));
      group.append("f", f);
      add(color, () -> group.append("color", Objects.requireNonNull(color)));
      group.append("on", on);
      add(day, () -> group.append("day", (int) Objects.requireNonNull(day).toEpochDay()));
      group.append("at", at.toEpochSecond(ZoneOffset.UTC) * 1_000_000);
      group.append("price", Binary.fromConstantByteArray(fixed(price)));
      group.append("label", label);
    }

    private static void add(@Nullable Object value, Runnable append) {
      if (value != null) {
        append.run();
      }
    }

    private static byte[] fixed(BigDecimal decimal) {
      long unscaled = decimal.unscaledValue().longValueExact();
      return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(unscaled).array(), 3, 8);
    }

    String csv() {
      return String.join(
          ",",
          text(n),
          text(x),
          text(f),
          color == null ? "" : '"' + color + '"',
          text(on),
          text(day),
          text(at.withNano(0).format(java.time.format.DateTimeFormatter.ISO_LOCAL_DATE_TIME)),
          price.toPlainString(),
          label);
    }

    private static String text(@Nullable Object value) {
      return value == null ? "" : value.toString();
    }

    String json() {
      String days =
          BigDecimal.valueOf(
                  at.toLocalDate().toEpochDay() + at.toLocalTime().toSecondOfDay() / 86_400.0)
              .toPlainString();
      return "{\"features\": {\"n\": %s, \"x\": %s, \"f\": %s, \"color\": %s, \"on\": %s, \"day\": %s, \"at\": %s, \"price\": %s}, \"label\": \"%s\"}"
          .formatted(
              n,
              x,
              f,
              color == null ? null : '"' + color + '"',
              on,
              day == null ? null : day.toEpochDay(),
              days,
              price.toPlainString(),
              label);
    }
  }

  private static List<Row> rows(int count) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(count);
    return IntStream.range(0, count).mapToObj(i -> Row.random(random)).toList();
  }

  private Path write(String name, List<Row> rows, CompressionCodecName codec, int perGroup)
      throws IOException {
    List<Consumer<Group>> written = new ArrayList<>();
    rows.forEach(row -> written.add(row::write));
    return ParquetFiles.write(dir.resolve(name), Row.SCHEMA, codec, perGroup, written);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"LZO", "BROTLI", "LZ4"})
  void makesTheSameSamplesAndContractAsOtherFormats(CompressionCodecName codec) throws IOException {
    List<Row> rows = rows(500);
    SampleSource parquet = open("parquet:" + write("t.parquet", rows, codec, 70), options());
    SampleSource csv = open("csv:" + writeCsv(rows), withDates(options()));
    SampleSource lines = open("jsonl:" + writeLines(rows), options());
    Contract contract = parquet.derive(List.of());
    assertThat(contract).isEqualTo(csv.derive(List.of())).isEqualTo(lines.derive(List.of()));
    List<List<Object>> samples = samples(parquet, contract);
    assertThat(samples)
        .hasSize(500)
        .isEqualTo(samples(csv, contract))
        .isEqualTo(samples(lines, contract));
    assertThat(contract.classes()).containsExactly("cat", "dog");
  }

  private static SourceOptions options() {
    return TRAINING.withDerive(FILLED);
  }

  private static SourceOptions withDates(SourceOptions options) {
    return options.withTable(
        new TableFormat(
            null,
            StandardCharsets.UTF_8,
            false,
            null,
            "yyyy-MM-dd['T'HH:mm:ss]",
            List.of(),
            List.of(),
            List.of()));
  }

  private Path writeCsv(List<Row> rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of("n,x,f,color,on,day,at,price,label"));
    rows.forEach(row -> lines.add(row.csv()));
    return Files.write(dir.resolve("t.csv"), lines);
  }

  private Path writeLines(List<Row> rows) throws IOException {
    return Files.write(dir.resolve("t.jsonl"), rows.stream().map(Row::json).toList());
  }

  private static List<List<Object>> samples(SampleSource source, Contract contract) {
    return SampleReaders.prepared(source, contract).stream()
        .map(
            sample -> {
              List<Object> all = new ArrayList<>();
              ByteBuffer data = sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
              while (data.hasRemaining()) {
                all.add(data.getFloat());
              }
              all.add(Objects.requireNonNull(sample.label()));
              return all;
            })
        .toList();
  }

  @Test
  void resumesFromAnyRow() throws IOException {
    IndexedSource source = open(write("t.parquet", rows(50), CompressionCodecName.ZSTD, 7));
    List<Sample> all = SampleReaders.all(source);
    assertThat(all).hasSize(50).extracting(Sample::index).startsWith(0L, 1L).endsWith(49L);
    for (int row : new int[] {0, 1, 6, 7, 8, 14, 48, 49, 50}) {
      assertThat(SampleReaders.from(source, row, Long.MAX_VALUE)).isEqualTo(all.subList(row, 50));
    }
    assertThat(IntStream.range(0, 50).mapToObj(source::at)).isEqualTo(all);
    assertThat(source.description().count()).hasValue(50);
    assertThat(source.description().key()).isEqualTo("parquet:" + dir.resolve("t.parquet"));
    assertThat(source.mayChange()).isTrue();
  }

  @Test
  void appendedRowsDoNotChangeTheKey() throws IOException {
    String key = open(write("t.parquet", rows(10), PLAIN, 7)).description().key();
    assertThat(open(write("t2.parquet", rows(20), PLAIN, 7)).description().key())
        .isEqualTo(key.replace("t.parquet", "t2.parquet"));
  }

  @Test
  void keepsWholeNumbersExact() throws IOException {
    Path file =
        write(
            "message t { required int64 label; required int32 a (INTEGER(32,false)); }",
            group -> group.append("label", 9_007_199_254_740_993L).append("a", -4096),
            group -> group.append("label", 9_007_199_254_740_992L).append("a", 1));
    SampleSource source = open("parquet:" + file, TRAINING.withLabels(LabelMeaning.CLASS));
    Contract contract = source.derive(List.of());
    assertThat(contract.classes())
        .containsExactlyInAnyOrder("9007199254740992", "9007199254740993");
    assertThat(samples(source, contract).get(0).get(0)).isEqualTo(4_294_963_200f);
  }

  @Test
  void readsTimestampsOfOlderWriters() throws IOException {
    ByteBuffer time = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    time.putLong(21_600_000_000_000L).putInt(2_440_588 + 3);
    Path file =
        write(
            "message t { required int96 t; required double label; }",
            group -> {
              group.add("t", Binary.fromConstantByteArray(time.array()));
              group.append("label", 0.5);
            });
    SampleSource source = open(file);
    assertThat(samples(source, source.derive(List.of())).get(0).get(0)).isEqualTo(3.25f);
  }

  @Test
  void choosesColumns() throws IOException {
    Path file =
        write(
            """
            message t {
              required double a;
              repeated double list;
              optional group pair { required double left; required double right; }
              required binary raw;
              required double species;
            }
            """,
            group -> {
              group.append("a", 1.5).append("raw", "x");
              group.append("species", 0.5);
            });
    SourceOptions chosen =
        TRAINING
            .withLabelColumn("species")
            .withTable(choice(List.of(), List.of("list", "pair", "raw")));
    SampleSource source = open("parquet:" + file, chosen);
    assertThat(samples(source, source.derive(List.of())).get(0).get(0)).isEqualTo(1.5f);
    SourceOptions only = chosen.withTable(choice(List.of("a"), List.of()));
    assertThat(open("parquet:" + file, only).derive(List.of()).names()).containsExactly("a");
    assertUnusable(file, choice(List.of("list"), List.of()), "column `list` is a list");
    assertUnusable(file, choice(List.of("pair"), List.of()), "column `pair` is a list, a map or");
    assertUnusable(
        file, choice(List.of("raw"), List.of()), "column `raw` is `required binary raw`");
    assertUnusable(file, choice(List.of("b"), List.of()), "has no column `b`");
  }

  private static TableFormat choice(List<String> features, List<String> exclude) {
    return new TableFormat(
        null, StandardCharsets.UTF_8, false, null, null, List.of(), features, exclude);
  }

  private void assertUnusable(Path file, TableFormat choice, String message) {
    assertThatThrownBy(() -> open("parquet:" + file, TRAINING.withTable(choice)))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void namesRowAndColumnOfAnUnusableValue() throws IOException {
    Path file =
        write(
            "message t { required double a; required binary label (STRING); }",
            group -> group.append("a", 1.0).append("label", "x"),
            group -> group.append("a", Double.NaN).append("label", "x"));
    assertThatThrownBy(() -> open(file).derive(List.of()))
        .hasMessageContaining(file + " row 2: column `a` has numbers and also `NaN`");
    Path text =
        write(
            "message t { required double a; required binary label (STRING); }",
            group ->
                group
                    .append("a", 1.0)
                    .append("label", Binary.fromConstantByteArray(new byte[] {'a', (byte) 0xFF})));
    assertThatThrownBy(() -> open(text)).hasMessage(text + " row 1, column `label`: not UTF-8");
    Path missing =
        write(
            "message t { optional double a; required binary label (STRING); }",
            group -> group.append("a", 1.0).append("label", "x"),
            group -> group.append("label", "x"));
    assertThatThrownBy(() -> open(missing).derive(List.of()))
        .hasMessageContaining(missing + " row 2, column `a`: has no value");
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "11", "400", "-1", "-9"})
  void refusesATruncatedFile(int length) throws IOException {
    Path file = write("t.parquet", rows(50), CompressionCodecName.SNAPPY, 20);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, length < 0 ? whole.length + length : length));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageStartingWith(file + " is not a Parquet file, or it is truncated or damaged: ")
        .hasMessageNotContaining("@");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path csv = writeCsv(rows(3));
    assertThatThrownBy(() -> open(csv)).hasMessageStartingWith(csv + " is not a Parquet file");
    assertThatThrownBy(() -> open(dir)).hasMessage(dir + " is not a file");
    Path absent = dir.resolve("absent.parquet");
    assertThatThrownBy(() -> open(absent)).hasMessage(absent + " does not exist");
    Path empty = write("message t { required double a; required double label; }");
    assertThatThrownBy(() -> open(empty)).hasMessage(empty + " has no rows");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"LZO", "BROTLI", "LZ4"})
  void noticesAFlippedByte(CompressionCodecName codec) throws IOException {
    Path file = write("t.parquet", rows(500), codec, 200);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 4; at < whole.length / 2; at += 997) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(file, damaged);
      assertThatThrownBy(() -> open(file))
          .as("byte " + at)
          .isInstanceOf(UnusableSourceException.class)
          .hasMessageStartingWith(file + " ");
    }
  }

  @Test
  void memoryIsBoundedByARowGroup() throws Exception {
    String text = "x".repeat(200);
    List<Consumer<Group>> rows = new ArrayList<>();
    for (int i = 0; i < 240_000; i++) {
      int number = i;
      rows.add(group -> group.append("text", text + number).append("label", 0.5));
    }
    Path file =
        ParquetFiles.write(
            dir.resolve("large.parquet"),
            "message t { required binary text (STRING); required double label; }",
            PLAIN,
            10_000,
            rows);
    assertThat(Files.size(file)).as("larger than the heap").isGreaterThan(40L << 20);
    try (ChildJvm reading =
        ChildJvm.start(
            List.of("-Xmx32m"),
            ParquetReading.class.getName(),
            List.of(file.toString()),
            Map.of())) {
      assertThat(reading.waitForLine("([0-9]+) samples").group(1)).isEqualTo("240000");
    }
  }

  @Test
  void noticesAFileThatChanges() throws IOException {
    IndexedSource source = open(write("t.parquet", rows(50), PLAIN, 20));
    Files.delete(dir.resolve("t.parquet"));
    var unused = write("t.parquet", rows(30), PLAIN, 20);
    assertThatThrownBy(() -> SampleReaders.all(source))
        .hasMessageContaining("was changed while it was being read");
  }

  @SafeVarargs
  private Path write(String schema, Consumer<Group>... rows) throws IOException {
    Path file = Files.createTempFile(dir, "table", ".parquet");
    Files.delete(file);
    List<Consumer<Group>> all = new ArrayList<>();
    for (Consumer<Group> row : rows) {
      all.add(row);
    }
    return ParquetFiles.write(file, schema, PLAIN, 100, all);
  }

  private static IndexedSource open(Path file) {
    return ParquetSource.open(file, TRAINING);
  }

  private SampleSource open(String spec, SourceOptions options) {
    return new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of())
        .open(SourceSpec.parse(spec), options, ReadingOrder.AS_IS);
  }
}
