package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetSetTest {
  private static final long LIMIT = 1 << 26;

  private final OffsetSet offsets = new OffsetSet();

  @Test
  void countsEachOffsetOnce() {
    offsets.add(1L << 40);
    offsets.add((1L << 40) + 5);
    offsets.add((1L << 40) + 5);
    offsets.remove((1L << 40) + 4);

    assertThat(offsets.size()).isEqualTo(2);

    offsets.remove(1L << 40);
    offsets.remove(1L << 40);
    offsets.remove(3);
    offsets.remove(Long.MAX_VALUE);

    assertThat(offsets.size()).isOne();
  }

  @Test
  void forgetsOldestBehindLimit() {
    offsets.add(7);
    offsets.add(7 + LIMIT - 1);
    assertThat(offsets.size()).isEqualTo(2);

    offsets.add(7 + LIMIT);
    assertThat(offsets.size()).isEqualTo(2);

    offsets.remove(7 + LIMIT - 1);
    offsets.remove(7);
    assertThat(offsets.size()).isOne();

    offsets.add(100 * LIMIT);
    assertThat(offsets.size()).isOne();
  }
}
