package dev.tidemill.cli.output;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.MalformedTensorException;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into rows of JSON: unions without their branch, times as ISO 8601, tensors by their
 * shape and first values, and bytes by their length.
 */
public final class RecordJson {
  /** Values of a tensor that are shown. */
  private static final int SHOWN_VALUES = 8;

  private RecordJson() {}

  /** Returns where a Kafka record is, and what it has beside its value. */
  public static ResultRow row(ConsumerRecord<byte[], byte[]> record) {
    List<Object> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      shown.put("key", Printable.inJson(header.key()));
      shown.put("value", text(header.value()));
      headers.add(shown);
    }
    return new ResultRow()
        .with("partition", record.partition())
        .with("offset", record.offset())
        .with("timestamp", Instant.ofEpochMilli(record.timestamp()).toString())
        .with("key", text(record.key()))
        .with("headers", headers);
  }

  /** Returns bytes as the text that they are, or else as hex digits. */
  private static @Nullable String text(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return Printable.inJson(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
  }

  /** Returns a record, or a part of one, as what {@link ResultRow#with} takes. */
  public static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Tensor tensor) {
      return tensor(tensor);
    }
    if (value instanceof IndexedRecord record) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (Schema.Field field : record.getSchema().getFields()) {
        fields.put(field.name(), value(record.get(field.pos())));
      }
      return fields;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      map.forEach((name, inner) -> shown.put(Printable.inJson(String.valueOf(name)), value(inner)));
      return shown;
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(RecordJson::value).collect(Collectors.toCollection(ArrayList::new));
    }
    if (value instanceof ByteBuffer bytes) {
      return Map.of("bytes", bytes.remaining());
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    return Printable.inJson(value.toString());
  }

  private static Map<String, Object> tensor(Tensor tensor) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("dtype", tensor.getDtype().name());
    shown.put("shape", tensor.getShape());
    try {
      Tensor whole = Tensors.check(tensor);
      int count = (int) Math.min(SHOWN_VALUES, Tensors.elementCount(whole));
      shown.put("first_values", values(whole, count));
    } catch (MalformedTensorException e) {
      shown.put("error", Printable.inJson(String.valueOf(e.getMessage())));
    }
    return shown;
  }

  private static List<Number> values(Tensor tensor, int count) {
    List<Number> values = new ArrayList<>();
    boolean scaled = tensor.getScale() != 1 || tensor.getOffset() != 0;
    if (tensor.getDtype() == DType.INT64 && !scaled) {
      // A float would round large ones.
      ByteBuffer data = tensor.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        values.add(data.getLong());
      }
    } else if (!scaled && (tensor.getDtype() == DType.UINT8 || tensor.getDtype() == DType.INT32)) {
      int[] integers = new int[count];
      Tensors.copyTo(tensor, 0, count, integers, 0);
      for (int integer : integers) {
        values.add(integer);
      }
    } else {
      float[] floats = new float[count];
      Tensors.copyTo(tensor, 0, count, floats, 0);
      for (float each : floats) {
        values.add(each);
      }
    }
    return values;
  }
}
