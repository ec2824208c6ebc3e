package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.Compression;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An IDX file of unsigned bytes, loaded into memory. The format is two zero bytes, the element
 * type, the number of dimensions, their sizes as big-endian 32-bit integers, then the elements
 * (LeCun, Cortes and Burges, "The MNIST database").
 *
 * @param sizes the dimensions, outermost first
 * @param data the elements, row-major
 */
record IdxFile(Path path, List<Integer> sizes, ByteBuffer data) {
  private static final int UNSIGNED_BYTE = 0x08;

  /**
   * Reads a file that is plain, or compressed with gzip or zstd. Its first bytes tell.
   *
   * @throws UnusableSourceException if it is truncated, too long, or not an IDX file
   */
  static IdxFile read(Path path) {
    try (InputStream in = Compression.openAny(path)) {
      DataInputStream data = new DataInputStream(in);
      List<Integer> sizes = header(path, data);
      long length = sizes.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
      return new IdxFile(path, sizes, elements(path, data, sizes, length));
    } catch (FileSystemException e) {
      throw new UnusableSourceException("cannot read " + path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UnusableSourceException(
          path + " is truncated or damaged: it ends in its header (" + e.getMessage() + ")", e);
    } catch (ArithmeticException e) {
      throw new UnusableSourceException(path + " is not an IDX file: its sizes overflow", e);
    }
  }

  private static List<Integer> header(Path path, DataInputStream in) throws IOException {
    int magic = in.readInt();
    int type = magic >>> 8;
    int dimensions = magic & 0xFF;
    if (type != UNSIGNED_BYTE || dimensions < 1 || dimensions > 4) {
      throw new UnusableSourceException(
          String.format(
              "%s is not an IDX file of unsigned bytes: it starts with %08x instead of 00000801 to"
                  + " 00000804",
              path, magic));
    }
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      int size = in.readInt();
      if (size < 1) {
        throw new UnusableSourceException(
            path + " has dimension " + i + " of size " + size + "; it must be at least 1");
      }
      sizes.add(size);
    }
    return List.copyOf(sizes);
  }

  private static ByteBuffer elements(Path path, InputStream in, List<Integer> sizes, long length)
      throws IOException {
    if (length > Integer.MAX_VALUE - 8) {
      throw new UnusableSourceException(
          path + " declares " + length + " bytes; the limit is " + (Integer.MAX_VALUE - 8));
    }
    // readNBytes grows with the data that it reads, so a false header costs no memory.
    byte[] found;
    boolean isLonger;
    try {
      found = in.readNBytes((int) length);
      isLonger = in.read() != -1; // The end of compressed data is checked, too.
    } catch (IOException e) {
      throw new UnusableSourceException(
          path
              + " is truncated or damaged: it does not have the "
              + length
              + " bytes that its header "
              + sizes
              + " declares ("
              + e.getMessage()
              + ")",
          e);
    }
    if (found.length < length) {
      throw new UnusableSourceException(
          path
              + " is truncated: its header "
              + sizes
              + " declares "
              + length
              + " bytes, but it has "
              + found.length);
    }
    if (isLonger) {
      throw new UnusableSourceException(
          path + " is longer than the " + length + " bytes that its header " + sizes + " declares");
    }
    return ByteBuffer.wrap(found).asReadOnlyBuffer();
  }

  int count() {
    return sizes.get(0);
  }

  /** Bytes per element of the first dimension. */
  int bytesEach() {
    return data.capacity() / count();
  }

  ByteBuffer part(long index) {
    return data.slice((int) (index * bytesEach()), bytesEach());
  }
}
