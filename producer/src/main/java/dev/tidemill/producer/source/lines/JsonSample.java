package dev.tidemill.producer.source.lines;

import static dev.tidemill.contract.UnusableValueException.shown;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleOrigin;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.SampleWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses one line: {@code {"features": {"length": 5.1, "color": "red"}, "label": "setosa"}}, or
 * {@code {"inputs": [...], "shape": [1, 28, 28], "dtype": "uint8", "label": 3}}. Without `shape`,
 * the nesting of the inputs determines the shape. The default of `dtype` is float32. Optional are
 * `label` (a class or a target, or an array of targets), `id` and `weight`. Used once.
 */
final class JsonSample {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();
  private static final String FIELDS = "features, inputs, shape, dtype, label, id and weight";

  private final String where;
  private final JsonNumbers inputs = new JsonNumbers();
  private boolean hasInputs;
  private @Nullable NamedValues values;
  private @Nullable List<Long> shape;
  private DType dtype = DType.FLOAT32;
  private @Nullable SampleLabel label;
  private @Nullable String id;
  private @Nullable Double weight;

  private JsonSample(String where) {
    this.where = where;
  }

  /**
   * @param where file and line, for messages
   * @throws MalformedSampleException if the line is not a valid sample
   */
  static Sample parse(String line, long index, String where) {
    JsonSample sample = new JsonSample(where);
    try (JsonParser json = JSON.createParser(line)) {
      sample.object(json);
    } catch (JsonProcessingException e) {
      throw sample.malformed(JsonFaults.explain(line, e));
    } catch (IOException e) {
      throw sample.malformed("not JSON");
    }
    return sample.build(index);
  }

  private void object(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw malformed("not a JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "inputs" -> inputs(json);
        case "features" -> values = features(json);
        case "shape" -> shape = shape(json);
        case "dtype" -> dtype = dtype(json.getText());
        case "label" -> label = label(json);
        case "id" -> id = id(json);
        case "weight" -> weight = weight(json);
        default -> throw malformed("unknown field " + shown(field) + "; the fields are " + FIELDS);
      }
    }
    if (json.nextToken() != null) {
      throw malformed("unexpected text after the JSON object");
    }
  }

  private void inputs(JsonParser json) throws IOException {
    hasInputs = true;
    String fault = inputs.read(json);
    if (fault != null) {
      throw malformed("inputs: " + fault);
    }
  }

  private NamedValues features(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw malformed("features is not an object of values by name");
    }
    List<String> names = new ArrayList<>();
    List<@Nullable Object> cells = new ArrayList<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      names.add(json.currentName());
      json.nextToken();
      cells.add(scalar(json, "feature " + shown(json.currentName())));
    }
    if (names.isEmpty()) {
      throw malformed("features is empty");
    }
    return new NamedValues(NamedValues.FEATURE, List.copyOf(names), Arrays.asList(cells.toArray()));
  }

  private @Nullable Object scalar(JsonParser json, String what) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT ->
          json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? number(json, what)
              : (Object) json.getLongValue();
      case VALUE_NUMBER_FLOAT -> number(json, what);
      default -> throw malformed(what + " is not a single number, text, true, false or null");
    };
  }

  private Object number(JsonParser json, String what) throws IOException {
    double value = json.getDoubleValue();
    if (!Float.isFinite((float) value)) {
      throw malformed(what + ": " + shown(json.getText()) + " is too large for a 32-bit float");
    }
    return value;
  }

  private List<Long> shape(JsonParser json) throws IOException {
    List<Long> sizes = new ArrayList<>();
    boolean list = json.currentToken() == JsonToken.START_ARRAY;
    while (list && json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      sizes.add(json.getLongValue());
    }
    if (!list || json.currentToken() != JsonToken.END_ARRAY) {
      throw malformed("shape is not an array of integers");
    }
    return sizes;
  }

  private DType dtype(String name) {
    return switch (name) {
      case "uint8" -> DType.UINT8;
      case "int32" -> DType.INT32;
      case "int64" -> DType.INT64;
      case "float32" -> DType.FLOAT32;
      default ->
          throw malformed("dtype is " + shown(name) + ", not uint8, int32, int64 or float32");
    };
  }

  private @Nullable SampleLabel label(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_ARRAY) {
      return targets(json);
    }
    if (json.currentToken() == JsonToken.START_OBJECT) {
      throw malformed("label is neither a single value nor an array of numbers");
    }
    Object value = scalar(json, "label");
    return value == null || (value instanceof String text && text.isBlank())
        ? null
        : new SampleLabel.Raw(value);
  }

  private SampleLabel targets(JsonParser json) throws IOException {
    JsonNumbers numbers = new JsonNumbers();
    String fault = numbers.read(json);
    if (fault != null || numbers.count() == 0) {
      throw malformed("label: " + (fault == null ? "an empty array" : fault));
    }
    return new SampleLabel.Targets(numbers.asFloats());
  }

  private String id(JsonParser json) throws IOException {
    boolean usable =
        json.currentToken() == JsonToken.VALUE_STRING
            || json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    if (!usable || json.getText().isEmpty()) {
      throw malformed("id is neither a text nor a whole number");
    }
    return json.getText();
  }

  private double weight(JsonParser json) throws IOException {
    double value = json.currentToken().isNumeric() ? json.getDoubleValue() : 0;
    if (!SampleWeights.isValid(value)) {
      throw malformed("weight is not a number from 1e-6 to 1e6");
    }
    return value;
  }

  private Sample build(long index) {
    if (hasInputs == (values != null)) {
      throw malformed(
          hasInputs
              ? "a sample has either `inputs` or `features`, not both"
              : "the field `inputs` or `features` is missing");
    }
    SampleOrigin origin = new SampleOrigin(where, 0, id, weight);
    if (values != null) {
      return Sample.named(index, values, label, origin);
    }
    List<Long> sizes = shape == null ? inputs.shape() : shape;
    if (!hasProduct(sizes, inputs.count())) {
      throw malformed("shape " + sizes + " does not match the " + inputs.count() + " inputs");
    }
    String fault = inputs.whyNot(dtype);
    if (fault != null) {
      throw malformed("inputs: " + fault);
    }
    return new Sample(index, dtype, List.copyOf(sizes), inputs.bytes(dtype), label).from(origin);
  }

  private static boolean hasProduct(List<Long> sizes, long count) {
    long product = 1;
    for (long size : sizes) {
      if (size < 1 || product > count / size) {
        return false;
      }
      product *= size;
    }
    return product == count;
  }

  private MalformedSampleException malformed(String fault) {
    return new MalformedSampleException(where + ": " + fault);
  }
}
