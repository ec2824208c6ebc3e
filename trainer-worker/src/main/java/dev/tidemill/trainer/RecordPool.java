package dev.tidemill.trainer;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers that are used again. It makes as many as are out at once: the reader's bounded queue, the
 * records of one step and one in each thread's hands.
 */
final class RecordPool {
  private final ConcurrentLinkedQueue<DecodedRecord> free = new ConcurrentLinkedQueue<>();

  DecodedRecord take() {
    DecodedRecord record = free.poll();
    return record == null ? new DecodedRecord() : record;
  }

  void giveBack(DecodedRecord record) {
    free.add(record);
  }
}
