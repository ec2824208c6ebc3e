package dev.tidemill.runtime;

/**
 * Limits memory by bytes and by records. The owner can pause the source that fills it. It checks
 * {@link #hasRoom} before it takes more and reserves what it took; whoever frees the memory
 * releases it. One reservation may exceed the budget, but no further one starts. Any thread.
 */
public final class ByteBudget {
  private final long bytes;
  private final long count;
  private long reservedBytes;
  private long reservedCount;

  /**
   * @param bytes the reserved bytes from which on there is no more room
   * @param count the number of reservations from which on there is no more room
   */
  public ByteBudget(long bytes, long count) {
    if (bytes < 1 || count < 1) {
      throw new IllegalArgumentException(
          "a budget needs at least 1 byte and 1 record, but has "
              + bytes
              + " bytes and "
              + count
              + " records");
    }
    this.bytes = bytes;
    this.count = count;
  }

  /** Returns whether the owner may make another reservation. */
  public synchronized boolean hasRoom() {
    return reservedBytes < bytes && reservedCount < count;
  }

  /** Makes one reservation. Never waits, and may exceed the budget. */
  public synchronized void reserve(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("cannot reserve " + size + " bytes");
    }
    reservedBytes += size;
    reservedCount++;
  }

  /** Ends one reservation of the same size. */
  public synchronized void release(long size) {
    if (size < 0 || size > reservedBytes || reservedCount == 0) {
      throw new IllegalStateException(
          "cannot release "
              + size
              + " bytes: "
              + reservedBytes
              + " bytes are reserved by "
              + reservedCount
              + " records");
    }
    reservedBytes -= size;
    reservedCount--;
  }

  public synchronized long reservedBytes() {
    return reservedBytes;
  }

  public synchronized long reservedCount() {
    return reservedCount;
  }
}
