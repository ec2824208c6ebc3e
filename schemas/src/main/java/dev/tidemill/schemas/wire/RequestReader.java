package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Reads requests of the current schema field by field, with the same result as Avro's reader but
 * faster: a worker reads tens of thousands of them a second. Avro's reader handles older schemas.
 */
final class RequestReader {
  private static final DType[] TYPES = DType.values();
  private static final long CURRENT =
      SchemaNormalization.parsingFingerprint64(PredictionRequest.getClassSchema());

  private RequestReader() {}

  static boolean reads(Schema writer) {
    return SchemaNormalization.parsingFingerprint64(writer) == CURRENT;
  }

  static PredictionRequest read(BoundedDecoder from) throws IOException {
    PredictionRequest request = new PredictionRequest();
    request.setRequestId(from.readString());
    request.setInputs(from.readBranch(2) == 0 ? null : tensor(from));
    request.setValues(from.readBranch(2) == 0 ? null : NamedValues.read(from));
    request.setCreatedAt(Instant.ofEpochMilli(from.readLong()));
    return request;
  }

  private static Tensor tensor(BoundedDecoder from) throws IOException {
    Tensor tensor = new Tensor();
    int type = from.readEnum();
    if (type < 0 || type >= TYPES.length) {
      throw new AvroTypeException("unknown element type " + type);
    }
    tensor.setDtype(TYPES[type]);
    tensor.setShape(longs(from));
    tensor.setData(from.readBytes(null));
    tensor.setScale(from.readDouble());
    tensor.setOffset(from.readDouble());
    return tensor;
  }

  private static List<Long> longs(BoundedDecoder from) throws IOException {
    List<Long> values = new ArrayList<>(4);
    for (long left = from.readArrayStart(); left > 0; left = from.arrayNext()) {
      EntryLimit.checkNumbers("inputs.shape", values.size() + left);
      for (long i = 0; i < left; i++) {
        values.add(from.readLong());
      }
    }
    return values;
  }
}
