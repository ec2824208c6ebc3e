package dev.tidemill.producer.source.lines;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses one line: {@code {"inputs": [...], "shape": [1, 28, 28], "dtype": "uint8", "label": 3}}.
 * Without `shape`, the nesting of the inputs determines the shape. The default of `dtype` is
 * float32. `label` is optional: a class number, or an array of numbers or a fraction for a
 * regression. Used once.
 */
final class JsonSample {
  private static final JsonFactory JSON = new JsonFactory();

  private final String where;
  private final JsonNumbers inputs = new JsonNumbers();
  private boolean hasInputs;
  private @Nullable List<Long> shape;
  private DType dtype = DType.FLOAT32;
  private @Nullable SampleLabel label;

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
      throw new MalformedSampleException(
          where + ": not JSON: " + e.getOriginalMessage() + column(e));
    } catch (IOException e) {
      throw new MalformedSampleException(where + ": not JSON: " + e.getMessage());
    }
    return sample.build(index);
  }

  private static String column(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " (column " + e.getLocation().getColumnNr() + ")";
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
        case "shape" -> shape = shape(json);
        case "dtype" -> dtype = dtype(json.getText());
        case "label" -> label = label(json);
        default ->
            throw malformed(
                "unknown field `" + field + "`; the fields are inputs, shape, dtype and label");
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
      default -> throw malformed("dtype is `" + name + "`, not uint8, int32, int64 or float32");
    };
  }

  private @Nullable SampleLabel label(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT -> classNumber(json.getLongValue());
      case VALUE_NUMBER_FLOAT, START_ARRAY -> targets(json);
      default -> throw malformed("label is neither a number nor an array of numbers");
    };
  }

  private SampleLabel classNumber(long number) {
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw malformed("label " + number + " is not a class number from 0 to " + Integer.MAX_VALUE);
    }
    return new SampleLabel.ClassNumber((int) number);
  }

  private SampleLabel targets(JsonParser json) throws IOException {
    JsonNumbers numbers = new JsonNumbers();
    String fault = numbers.read(json);
    if (fault != null || numbers.count() == 0) {
      throw malformed("label: " + (fault == null ? "an empty array" : fault));
    }
    return new SampleLabel.Targets(numbers.asFloats());
  }

  private Sample build(long index) {
    if (!hasInputs) {
      throw malformed("the field `inputs` is missing");
    }
    List<Long> sizes = shape == null ? inputs.shape() : shape;
    if (!hasProduct(sizes, inputs.count())) {
      throw malformed("shape " + sizes + " does not match the " + inputs.count() + " inputs");
    }
    String fault = inputs.whyNot(dtype);
    if (fault != null) {
      throw malformed("inputs: " + fault);
    }
    return new Sample(index, dtype, List.copyOf(sizes), inputs.bytes(dtype), label);
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
