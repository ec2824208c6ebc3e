package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.wire.NamedValues;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The values of a decoded request are prepared as a map of the same values is. */
class EncodedValuesTest {
  private static final Contract CONTRACT =
      ContractFile.parse(
          """
          features:
            - {name: length, mean: 4, deviation: 2, minimum: 0, maximum: 100}
            - {name: größe, mean: 0, deviation: 1.0e-30, missing: fill, fill: "1.0e-30"}
            - {name: color, kind: category, categories: ["true", "2.5", "10", grün]}
            - {name: size, kind: category, categories: ["1", "2"], encoding: index, missing: fill,
               fill: "2", indicator: true}
            - {name: age, mean: 10, deviation: 5, missing: fill, fill: "20", indicator: true}
            - {name: note, missing: drop}
          """);

  private static final List<@Nullable Object> VALUES =
      Arrays.asList(
          null,
          "",
          " ",
          "x",
          "5",
          " 1e1 ",
          "TRUE",
          "grün",
          true,
          false,
          0.0,
          -0.0,
          1.0,
          2.0,
          2.5,
          10.0,
          99.99999,
          1e9,
          1e39,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.MIN_VALUE);

  private static final List<String> GOOD = List.of("length", "größe", "color", "size", "age");

  private final SamplePreparer preparer = new SamplePreparer(CONTRACT);
  private final SingleObjectFormat format = new SingleObjectFormat();
  private final Random random = new Random(5);

  @Test
  void preparesOrRefusesAsMapsAre() {
    int prepared = 0;
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      Map<String, Object> named = sample();
      String outcome = outcome(named);
      assertThat(outcome(decoded(named))).as("%s", named).isEqualTo(outcome);
      prepared += outcome.startsWith("true") ? 1 : 0;
      refused += outcome.startsWith("`") ? 1 : 0;
    }
    assertThat(prepared).isGreaterThan(500);
    assertThat(refused).isGreaterThan(500);
  }

  @Test
  void takesTheLastOfSeveralValues() {
    Map<String, Object> named = new LinkedHashMap<>(Map.of("note", 1.0, "color", "grün"));
    named.put("length", "unusable");
    named.put("lengti", 8.0);
    named.put("lengtj", 6.0);
    byte[] bytes = format.encode("t", new PredictionRequest("", null, named, Instant.EPOCH));
    String renamed =
        new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("lengt[ij]", "length");
    NamedValues values = decoded(renamed.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(values.entries()).isEqualTo(5);
    named.put("length", 6.0);
    named.keySet().removeAll(List.of("lengti", "lengtj"));
    assertThat(outcome(values)).isEqualTo(outcome(named)).startsWith("true");
  }

  @Test
  void namesTheFirstUnknownName() {
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("wide", 1.0);
    named.put("length", 1.0);
    named.put("color", "grün");
    named.put("high", null);
    named.put("note", 1.0);
    assertThatThrownBy(
            () -> preparer.prepare(decoded(named), ByteBuffer.allocate(preparer.bytes())))
        .isInstanceOf(UnusableValueException.class)
        .hasMessageContaining("`wide` is not a feature of contract version 1")
        .hasMessageEndingWith("whose features are " + CONTRACT.names());
  }

  /** Returns values of some features, mostly usable, in any order; rarely an unknown name. */
  private Map<String, Object> sample() {
    List<String> names = new ArrayList<>(CONTRACT.names());
    if (random.nextInt(20) == 0) {
      names.add("unknown");
    }
    if (random.nextBoolean()) {
      Collections.shuffle(names, random);
    }
    Map<String, Object> named = new LinkedHashMap<>();
    for (String name : names) {
      if (random.nextInt(10) > 0) {
        named.put(name, value(name));
      }
    }
    return named;
  }

  private @Nullable Object value(String name) {
    if (!GOOD.contains(name) || random.nextInt(8) == 0) {
      return VALUES.get(random.nextInt(VALUES.size()));
    }
    return switch (name) {
      case "color" -> random.nextBoolean() ? (Object) 10.0 : random.nextBoolean() ? 2.5 : "grün";
      case "size" -> random.nextBoolean() ? (Object) 1.0 : "2";
      case "größe" -> random.nextDouble() * 1e-20;
      default -> random.nextBoolean() ? (Object) (random.nextDouble() * 90) : "7.25";
    };
  }

  private NamedValues decoded(Map<String, Object> named) {
    return decoded(format.encode("t", new PredictionRequest("", null, named, Instant.EPOCH)));
  }

  private NamedValues decoded(byte[] bytes) {
    PredictionRequest request = format.decode("t", ByteBuffer.wrap(bytes), PredictionRequest.class);
    assertThat(request.getValues()).isInstanceOf(NamedValues.class);
    return (NamedValues) request.getValues();
  }

  /** Returns the result and the elements as bytes, or the message of the exception. */
  private String outcome(Map<String, ? extends @Nullable Object> named) {
    byte[] elements = new byte[preparer.bytes()];
    ByteBuffer into = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
    try {
      boolean isComplete = preparer.prepare(named, into);
      return isComplete + " " + Arrays.toString(elements);
    } catch (UnusableValueException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
