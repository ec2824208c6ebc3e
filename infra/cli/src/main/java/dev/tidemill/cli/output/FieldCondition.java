package dev.tidemill.cli.output;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a field of a record, as in {@code model_version=3}, {@code error!=null} or {@code
 * ranges.partition=0}. A field of a list has a value if an entry of the list has it.
 *
 * @param path the names of the field and of the fields that contain it
 * @param expected the value, as text
 * @param equal whether a record matches that has the value, or one that does not have it
 */
public record FieldCondition(List<String> path, String expected, boolean equal) {
  private static final String NOT = "!";

  /**
   * Parses a condition on the records of a schema.
   *
   * @throws IllegalArgumentException if it has no value, or if the records have no such field
   */
  public static FieldCondition parse(String text, Schema schema) {
    int sign = text.indexOf('=');
    if (sign < 1) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no condition; write FIELD=VALUE or FIELD!=VALUE");
    }
    String field = text.substring(0, sign);
    boolean equal = !field.endsWith(NOT);
    String name = equal ? field : field.substring(0, field.length() - NOT.length());
    List<String> path = List.of(name.strip().split("\\.", -1));
    if (!has(schema, path)) {
      throw new IllegalArgumentException(
          "a %s has no field \"%s\"; its fields are %s"
              .formatted(
                  schema.getName(),
                  name,
                  String.join(", ", schema.getFields().stream().map(Schema.Field::name).toList())));
    }
    return new FieldCondition(path, text.substring(sign + 1).strip(), equal);
  }

  private static boolean has(Schema schema, List<String> path) {
    return switch (schema.getType()) {
      case UNION -> schema.getTypes().stream().anyMatch(branch -> has(branch, path));
      case ARRAY -> has(schema.getElementType(), path);
      case MAP -> true;
      case RECORD -> {
        Schema.Field field = path.isEmpty() ? null : schema.getField(path.get(0));
        yield path.isEmpty() || (field != null && has(field.schema(), rest(path)));
      }
      default -> path.isEmpty();
    };
  }

  private static List<String> rest(List<String> path) {
    return path.subList(1, path.size());
  }

  public boolean matches(IndexedRecord record) {
    return values(record, path).anyMatch(this::isExpected) == equal;
  }

  private static Stream<@Nullable Object> values(@Nullable Object from, List<String> left) {
    if (from instanceof Collection<?> items) {
      return items.stream().flatMap(item -> values(item, left));
    }
    if (left.isEmpty() || from == null) {
      return Collections.singletonList(from).stream();
    }
    if (from instanceof Map<?, ?> map) {
      // The names of features may have dots.
      return Collections.<@Nullable Object>singletonList(map.get(String.join(".", left))).stream();
    }
    if (from instanceof IndexedRecord record) {
      Schema.Field field = record.getSchema().getField(left.get(0));
      // Another branch of a union has it.
      return field == null ? Stream.empty() : values(record.get(field.pos()), rest(left));
    }
    return Stream.empty();
  }

  private boolean isExpected(@Nullable Object value) {
    return String.valueOf(value).equals(expected)
        || (value instanceof Number number && isNumber(number));
  }

  private boolean isNumber(Number value) {
    try {
      return new BigDecimal(value.toString()).compareTo(new BigDecimal(expected)) == 0;
    } catch (NumberFormatException e) {
      return false; // NaN, an infinity, or a text was expected.
    }
  }
}
