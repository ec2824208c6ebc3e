package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the full-transitive compatibility of all published schemas. */
final class PublishedSchemasTest {
  private static final Path DIRECTORY = Path.of("src/main/resources/published");

  static Stream<Schema> records() {
    return PublishedSchemas.CURRENT.stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void newestPublishedVersionIsTheCurrentSchema(Schema current) throws IOException {
    List<Schema> versions = new PublishedSchemas().versions(current.getName());
    assertThat(versions)
        .as("%s has no published version; see schemas/README.md", current.getName())
        .isNotEmpty();
    assertThat(Files.readString(file(current, versions.size())))
        .as("%s changed since it was published; see schemas/README.md", current.getName())
        .isEqualTo(SchemaText.pretty(current));
  }

  @ParameterizedTest
  @MethodSource("records")
  void allVersionsAreMutuallyCompatible(Schema current) {
    List<Schema> versions = versionsAndCurrent(current);
    for (Schema reader : versions) {
      for (Schema writer : versions) {
        assertThat(faults(reader, writer)).as(current.getName()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyVersionReadsDataOfEveryOther(Schema current) throws IOException {
    List<Schema> versions = versionsAndCurrent(current);
    for (Schema writer : versions) {
      for (Object datum : new RandomData(writer, 50, 7L)) {
        byte[] bytes = bytes(writer, datum);
        for (Schema reader : versions) {
          Object read =
              new GenericDatumReader<>(writer, reader)
                  .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
          assertThat(GenericData.get().validate(reader, read)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void generatedClassReadsDataOfEveryVersion(Schema current) throws Exception {
    Class<? extends SpecificRecord> type =
        Class.forName(current.getFullName()).asSubclass(SpecificRecord.class);
    SingleObjectFormat format = new SingleObjectFormat();
    for (Schema writer : versionsAndCurrent(current)) {
      for (Object datum : new RandomData(writer, 50, 8L)) {
        byte[] framed = SingleObjects.frame(writer, bytes(writer, datum));
        assertThat(format.decode("t", framed, type).getSchema()).isEqualTo(current);
      }
    }
  }

  @Test
  void fingerprintsAreUnique() {
    PublishedSchemas published = new PublishedSchemas();
    int versions = records().mapToInt(r -> published.versions(r.getName()).size()).sum();
    assertThat(published.byFingerprint()).hasSize(versions);
  }

  @ParameterizedTest
  @MethodSource("records")
  void readmeContainsTheHeaderOfEachRecord(Schema current) throws IOException {
    byte[] head = Arrays.copyOf(SingleObjects.frame(current, new byte[0]), 10);
    assertThat(Files.readString(Path.of("README.md")))
        .contains(
            "| %s | `%s` |"
                .formatted(
                    current.getName(), HexFormat.ofDelimiter(" ").withUpperCase().formatHex(head)));
  }

  @Test
  void detectsFieldWithoutDefaultAsIncompatible() {
    Schema before = SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
    Schema after = SchemaBuilder.record("R").fields().requiredInt("a").requiredInt("b").endRecord();
    assertThat(faults(after, before)).isNotEmpty();
    assertThat(faults(before, after)).isEmpty();
  }

  /** Not a test but a tool: publishes each record that differs from its newest version. */
  @Test
  @EnabledIfSystemProperty(named = "tidemill.publish", matches = "true")
  void publishesTheCurrentSchemas() throws IOException {
    for (Schema current : PublishedSchemas.CURRENT) {
      List<Schema> versions = new PublishedSchemas().versions(current.getName());
      int newest = versions.size();
      boolean onlyDocsChanged =
          newest > 0 && structure(versions.get(newest - 1)).equals(structure(current));
      Path file = file(current, onlyDocsChanged ? newest : newest + 1);
      Files.createDirectories(file.getParent());
      Files.writeString(file, SchemaText.pretty(current));
    }
  }

  /** The schema without its docs; a change of it makes a new version. */
  private static String structure(Schema schema) {
    return SchemaText.plain(schema).replaceAll("\"doc\":\"(\\\\.|[^\"\\\\])*\",?", "");
  }

  private static Path file(Schema record, int version) {
    return DIRECTORY.resolve(record.getName()).resolve("v" + version + ".avsc");
  }

  private static List<Schema> versionsAndCurrent(Schema current) {
    List<Schema> all = new ArrayList<>(new PublishedSchemas().versions(current.getName()));
    all.add(current);
    return all;
  }

  private static List<?> faults(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return result.getType() == SchemaCompatibilityType.COMPATIBLE
        ? List.of()
        : result.getResult().getIncompatibilities();
  }

  private static byte[] bytes(Schema writer, Object datum) throws IOException {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(writer).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
