package dev.tidemill.producer.source.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Decompresses pages without Hadoop, whose codecs the library would use. */
final class PageCodecs implements CompressionCodecFactory {
  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Pages(codec);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("files are only read");
  }

  @Override
  public void release() {}

  private record Pages(CompressionCodecName codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput packed, int size) throws IOException {
      return BytesInput.from(unpack(packed.toInputStream().readAllBytes(), size));
    }

    private byte[] unpack(byte[] from, int size) throws IOException {
      byte[] to = new byte[size];
      int found;
      try {
        found = unpack(from, to);
      } catch (RuntimeException e) { // malformed data, by some codecs
        throw new IOException("a page is damaged: " + e.getMessage(), e);
      }
      if (found != size) {
        throw new IOException("a page has " + found + " bytes instead of " + size);
      }
      return to;
    }

    private int unpack(byte[] from, byte[] to) throws IOException {
      return switch (codec) {
        case UNCOMPRESSED -> copy(from, to);
        case SNAPPY -> unsnap(from, to);
        case GZIP -> gunzip(from, to);
        case ZSTD ->
            Math.toIntExact(Zstd.decompressByteArray(to, 0, to.length, from, 0, from.length));
        case LZ4_RAW -> new Lz4Decompressor().decompress(from, 0, from.length, to, 0, to.length);
        case LZ4, LZO, BROTLI ->
            throw new IOException(
                "pages compressed with " + codec + " are not read; use SNAPPY, GZIP or ZSTD");
      };
    }

    /** The library writes as many bytes as the page claims, without looking at the array's size. */
    private static int unsnap(byte[] from, byte[] to) throws IOException {
      int claimed = Snappy.uncompressedLength(from, 0, from.length);
      return claimed == to.length ? Snappy.uncompress(from, 0, from.length, to, 0) : claimed;
    }

    private static int copy(byte[] from, byte[] to) {
      System.arraycopy(from, 0, to, 0, Math.min(from.length, to.length));
      return from.length;
    }

    private static int gunzip(byte[] from, byte[] to) throws IOException {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(from))) {
        int found = in.readNBytes(to, 0, to.length);
        return in.read() < 0 ? found : found + 1;
      }
    }

    @Override
    public void decompress(ByteBuffer packed, int packedSize, ByteBuffer into, int size)
        throws IOException {
      byte[] from = new byte[packedSize];
      packed.get(from);
      into.put(unpack(from, size));
    }

    @Override
    public void release() {}
  }
}
