package dev.tidemill.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/** A process that compresses and decompresses with LZ4, like Kafka's clients. */
final class CompressingProcess {
  private static final int BYTES = 500_000;

  /** The message format version of record batches. */
  private static final byte MAGIC = 2;

  private CompressingProcess() {}

  public static void main(String[] args) throws IOException {
    Compression lz4 = Compression.lz4().build();
    ByteBufferOutputStream compressed = new ByteBufferOutputStream(BYTES);
    try (OutputStream out = lz4.wrapForOutput(compressed, MAGIC)) {
      out.write(new byte[BYTES]);
    }
    ByteBuffer bytes = compressed.buffer();
    bytes.flip();
    try (InputStream in = lz4.wrapForInput(bytes, MAGIC, BufferSupplier.create())) {
      System.out.println("read " + in.readAllBytes().length);
    }
  }
}
