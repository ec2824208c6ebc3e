package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalQueueTest {
  /** A sample is one FLOAT32 and an INT32 label. */
  private static final int SAMPLE_BYTES = 8;

  @Test
  void isFullByRecords() {
    ArrivalQueue queue = new ArrivalQueue(2, 1 << 20);
    queue.add(Records.samples(0, 0, 0, 1, 0));
    assertThat(queue.hasRoom()).isTrue();
    queue.add(Records.samples(0, 1, 0, 1, 1));
    assertThat(queue.hasRoom()).isFalse();
  }

  @Test
  void isFullByBytesWhereRecordsAreLarge() throws Exception {
    ArrivalQueue queue = new ArrivalQueue(100, 10 * SAMPLE_BYTES);
    queue.add(Records.samples(0, 0, 0, 9, 0));
    assertThat(queue.hasRoom()).isTrue();
    queue.add(Records.samples(0, 1, 0, 1, 9));
    assertThat(queue.hasRoom()).isFalse();
    assertThat(queue.poll(0)).isNotNull();
    assertThat(queue.hasRoom()).isTrue();
  }

  @Test
  void refusedRecordsCountAsWell() throws Exception {
    ArrivalQueue queue = new ArrivalQueue(100, 4);
    queue.add(new Arrival.Passed(0, 1));
    assertThat(queue.hasRoom()).isTrue();
    queue.add(Records.refused(0, 1, new byte[4]));
    assertThat(queue.hasRoom()).isFalse();
    assertThat(queue.poll(0)).isInstanceOf(Arrival.Passed.class);
    assertThat(queue.hasRoom()).isFalse();
    assertThat(queue.poll(0)).isInstanceOf(Arrival.Refused.class);
    assertThat(queue.hasRoom()).isTrue();
    assertThat(queue.poll(0)).isNull();
  }
}
