package dev.tidemill.trainer.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TimeOrderTest {
  private final TimeOrder order = new TimeOrder(5);

  private void add(int partition, long offset, long millis) {
    order.add(new ConsumerRecord<>("labels", partition, offset, new byte[0], new byte[0]), millis);
  }

  private List<String> before(long complete) {
    List<String> taken = new ArrayList<>();
    for (TimeOrder.Entry next = order.peek(complete); next != null; next = order.peek(complete)) {
      taken.add(next.record().partition() + ":" + next.record().offset());
      order.remove();
    }
    return taken;
  }

  @Test
  void returnsRecordsOfAllPartitionsByTime() {
    add(0, 0, 10);
    add(0, 1, 30);
    add(1, 0, 20);
    add(1, 1, 40);
    assertThat(before(30)).containsExactly("0:0", "1:0");
    assertThat(before(50)).containsExactly("0:1", "1:1");
  }

  @Test
  void alternatesPartitionsWithinAMillisecond() {
    add(0, 6, 9);
    add(0, 7, 10);
    add(0, 8, 10);
    add(0, 9, 10);
    add(1, 3, 10);
    add(1, 4, 10);
    assertThat(before(11)).containsExactly("0:6", "0:7", "1:3", "0:8", "1:4", "0:9");
  }

  /** Clocks of producers differ. */
  @Test
  void keepsTheOrderOfAPartitionWithinAMillisecond() {
    for (long offset = 0; offset < 8; offset += 2) {
      add(0, offset, 10);
      add(0, offset + 1, 11);
    }
    assertThat(before(11)).containsExactly("0:0", "0:2", "0:4", "0:6");
  }

  /** Someone may write a day's labels with the timestamp of its midnight. */
  @Test
  void doesNotHoldMoreThanItsLimitOfOneMillisecond() {
    for (int offset = 0; offset < 8; offset++) {
      add(0, offset, 10);
    }
    assertThat(before(10)).containsExactly("0:0", "0:1", "0:2");
  }

  @Test
  void beginsAnewAfterClear() {
    add(0, 0, 10);
    order.clear();
    add(0, 1, 10);
    add(1, 0, 10);
    assertThat(before(11)).containsExactly("0:1", "1:0");
  }
}
