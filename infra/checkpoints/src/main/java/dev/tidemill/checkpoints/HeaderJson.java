package dev.tidemill.checkpoints;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a safetensors header: {@code {"__metadata__": {text: text}, "name": {"dtype": ...,
 * "shape": [...], "data_offsets": [begin, end]}}}. Rejects anything else.
 */
record HeaderJson(Map<String, String> metadata, Map<String, TensorEntry> tensors) {
  static final String METADATA = "__metadata__";

  private static final int MAX_RANK = 16;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).build())
          .build();

  static HeaderJson parse(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
      HeaderJson header = read(parser);
      require(parser.nextToken() == null, "the header has content after its JSON object");
      return header;
    } catch (IOException e) {
      throw new MalformedSafeTensorsException("the header is not JSON: " + e.getMessage(), e);
    }
  }

  private static HeaderJson read(JsonParser parser) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      require(parser.nextToken() == JsonToken.START_OBJECT, "'" + name + "' is not an object");
      if (name.equals(METADATA)) {
        readMetadata(parser, metadata);
      } else {
        tensors.put(name, readTensor(parser, name));
      }
    }
    return new HeaderJson(metadata, tensors);
  }

  private static void readMetadata(JsonParser parser, Map<String, String> into) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_STRING, METADATA + "." + key + " is not a string");
      into.put(key, parser.getText());
    }
  }

  private static TensorEntry readTensor(JsonParser parser, String name) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = parser.getText();
        case "shape" -> shape = readSizes(parser, name, field);
        case "data_offsets" -> offsets = readSizes(parser, name, field);
        default ->
            throw new MalformedSafeTensorsException(
                "tensor '" + name + "' has an unknown field '" + field + "'");
      }
    }
    return new TensorEntry(
        name,
        present(dtype, name, "dtype"),
        present(shape, name, "shape"),
        bound(present(offsets, name, "data_offsets"), name, 0),
        bound(present(offsets, name, "data_offsets"), name, 1));
  }

  private static List<Long> readSizes(JsonParser parser, String name, String field)
      throws IOException {
    require(
        parser.currentToken() == JsonToken.START_ARRAY,
        "the " + field + " of tensor '" + name + "' is not a list");
    List<Long> sizes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean isSize =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getLongValue() >= 0
              && sizes.size() < MAX_RANK;
      require(
          isSize,
          "the "
              + field
              + " of tensor '"
              + name
              + "' must hold at most "
              + MAX_RANK
              + " integers of at least 0");
      sizes.add(parser.getLongValue());
    }
    return List.copyOf(sizes);
  }

  private static long bound(List<Long> offsets, String name, int index) {
    require(
        offsets.size() == 2,
        "the data_offsets of tensor '" + name + "' are " + offsets.size() + " numbers, not 2");
    return offsets.get(index);
  }

  private static <T> T present(@Nullable T value, String name, String field) {
    if (value == null) {
      throw new MalformedSafeTensorsException("tensor '" + name + "' has no " + field);
    }
    return value;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new MalformedSafeTensorsException(otherwise);
    }
  }

  static byte[] write(Map<String, String> metadata, Collection<TensorEntry> tensors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart(METADATA);
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      for (TensorEntry tensor : tensors) {
        write(json, tensor);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, TensorEntry tensor) throws IOException {
    json.writeObjectFieldStart(tensor.name());
    json.writeStringField("dtype", tensor.dtype());
    json.writeArrayFieldStart("shape");
    for (long size : tensor.shape()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(tensor.begin());
    json.writeNumber(tensor.end());
    json.writeEndArray();
    json.writeEndObject();
  }
}
