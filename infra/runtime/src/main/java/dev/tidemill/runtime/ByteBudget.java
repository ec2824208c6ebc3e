package dev.tidemill.runtime;

/**
 * A budget in bytes and in records, owned by whoever can pause what fills it: the owner asks {@link
 * #hasRoom} before it takes more, reserves what it took, and whoever lets the memory go releases
 * it. So the budget is exceeded by what is taken at once, and by no more. Any thread.
 */
public final class ByteBudget {
  private final long bytes;
  private final long count;
  private long reservedBytes;
  private long reservedCount;

  /**
   * @param bytes that may be reserved before there is no more room
   * @param count how many reservations there may be before there is no more room
   */
  public ByteBudget(long bytes, long count) {
    if (bytes < 1 || count < 1) {
      throw new IllegalArgumentException(
          "a budget of " + bytes + " bytes and " + count + " records holds nothing");
    }
    this.bytes = bytes;
    this.count = count;
  }

  /** Whether another reservation may be made. */
  public synchronized boolean hasRoom() {
    return reservedBytes < bytes && reservedCount < count;
  }

  /** Makes one reservation; never waits, and may be the one that exceeds the budget. */
  public synchronized void reserve(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("cannot reserve " + size + " bytes");
    }
    reservedBytes += size;
    reservedCount++;
  }

  /** Ends one reservation, made for as many bytes. */
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
