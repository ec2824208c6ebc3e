package dev.tidemill.natives;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the dependencies (DT_NEEDED) of a shared library in ELF's 64-bit little-endian format.
 * Source: System V Application Binary Interface, "Program Header" and "Dynamic Section".
 */
final class ElfLibrary {
  private static final int MAGIC = 0x464c457f;
  private static final int HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final int LOADED = 1;
  private static final int DYNAMIC = 2;
  private static final int NEEDED = 1;
  private static final int STRING_TABLE = 5;
  private static final int MAX_NAME_BYTES = 4096;

  private final FileChannel file;
  private final List<Segment> loaded = new ArrayList<>();
  private final List<Needed> needed = new ArrayList<>();

  /** A part of the file and the memory address that it is loaded at. */
  private record Segment(long offset, long address, long length) {}

  /**
   * A dependency of a library.
   *
   * @param offset offset of the name in the file
   */
  record Needed(String name, long offset) {}

  private ElfLibrary(FileChannel file) throws IOException {
    this.file = file;
    readDynamic(readSegments());
  }

  /** Reads the dependencies of a library. */
  static List<Needed> needed(Path library) throws IOException {
    try (FileChannel file = FileChannel.open(library, StandardOpenOption.READ)) {
      return List.copyOf(new ElfLibrary(file).needed);
    }
  }

  /** Replaces the name of a dependency in the file; the new name must not be longer. */
  static void replace(Path library, Needed needed, String name) throws IOException {
    byte[] old = needed.name().getBytes(StandardCharsets.UTF_8);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > old.length) {
      throw new IllegalArgumentException(name + " is longer than " + needed.name());
    }
    ByteBuffer padded = ByteBuffer.allocate(old.length);
    padded.put(bytes).rewind();
    try (FileChannel file = FileChannel.open(library, StandardOpenOption.WRITE)) {
      file.write(padded, needed.offset());
    }
  }

  /** Reads the loaded segments and returns the dynamic segment. */
  private Segment readSegments() throws IOException {
    ByteBuffer header = read(0, HEADER_BYTES);
    if (header.getInt(0) != MAGIC || header.get(4) != 2 || header.get(5) != 1) {
      throw new IOException("not a 64-bit little-endian ELF file");
    }
    long at = header.getLong(32);
    int size = header.getShort(54) & 0xffff;
    int count = header.getShort(56) & 0xffff;
    Segment dynamic = new Segment(0, 0, 0);
    for (int i = 0; i < count; i++) {
      ByteBuffer program = read(at + (long) i * size, PROGRAM_HEADER_BYTES);
      Segment segment = new Segment(program.getLong(8), program.getLong(16), program.getLong(32));
      switch (program.getInt(0)) {
        case LOADED -> loaded.add(segment);
        case DYNAMIC -> dynamic = segment;
        default -> {}
      }
    }
    return dynamic;
  }

  private void readDynamic(Segment dynamic) throws IOException {
    ByteBuffer entries = read(dynamic.offset(), Math.toIntExact(dynamic.length()));
    List<Long> names = new ArrayList<>();
    long strings = 0;
    while (entries.remaining() >= 16) {
      long tag = entries.getLong();
      long value = entries.getLong();
      if (tag == NEEDED) {
        names.add(value);
      } else if (tag == STRING_TABLE) {
        strings = offsetOf(value);
      }
    }
    for (long name : names) {
      needed.add(new Needed(string(strings + name), strings + name));
    }
  }

  private long offsetOf(long address) throws IOException {
    for (Segment segment : loaded) {
      if (address >= segment.address() && address - segment.address() < segment.length()) {
        return address - segment.address() + segment.offset();
      }
    }
    throw new IOException("no segment contains the string table");
  }

  private String string(long offset) throws IOException {
    ByteBuffer bytes = read(offset, (int) Math.min(MAX_NAME_BYTES, file.size() - offset));
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    for (byte b = bytes.get(); b != 0; b = bytes.get()) {
      name.write(b);
    }
    return name.toString(StandardCharsets.UTF_8);
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("the file is truncated");
      }
    }
    return bytes.flip();
  }
}
