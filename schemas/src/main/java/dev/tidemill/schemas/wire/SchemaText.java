package dev.tidemill.schemas.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;

/** Formats schemas for others: with types inlined, docs and defaults, but no Java properties. */
final class SchemaText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SchemaText() {}

  /** Formats a schema on one line. */
  static String plain(Schema schema) {
    return withoutJava(schema).toString();
  }

  /** Formats a schema on several lines, for a file. */
  static String pretty(Schema schema) {
    return SchemaFormatter.format("json/pretty", withoutJava(schema)) + "\n";
  }

  private static Schema withoutJava(Schema schema) {
    try {
      JsonNode tree = JSON.readTree(schema.toString());
      strip(tree);
      return new SchemaParser().parse(tree.toString()).mainSchema();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes {@code avro.java.string}, which the schemas of generated classes contain. */
  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(GenericData.STRING_PROP);
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(SchemaText::strip);
    }
  }
}
