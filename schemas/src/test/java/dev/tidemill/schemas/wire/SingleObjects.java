package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** Creates single-object frames according to the specification, independent of the tested code. */
final class SingleObjects {
  private SingleObjects() {}

  static byte[] frame(Schema writer, byte[] body) {
    return ByteBuffer.allocate(10 + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 0x01)
        .putLong(SchemaNormalization.parsingFingerprint64(writer))
        .put(body)
        .array();
  }
}
