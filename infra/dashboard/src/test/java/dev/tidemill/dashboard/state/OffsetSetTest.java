package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetSetTest {
  private static final long CHUNK = 1 << 16;

  private final OffsetSet offsets = new OffsetSet();

  @Test
  void holdsEachOffsetOnceInAnyOrder() {
    long high = (1L << 40) + 5;
    offsets.add(high);
    offsets.add(high);
    offsets.add(3);
    offsets.remove(high - 1);
    offsets.remove(4 * CHUNK);

    assertThat(offsets.size()).isEqualTo(2);
    assertThat(offsets.contains(high)).isTrue();
    assertThat(offsets.contains(high - 1)).isFalse();
    assertThat(offsets.contains(4 * CHUNK)).isFalse();

    offsets.remove(high);
    offsets.remove(high);

    assertThat(offsets.contains(high)).isFalse();
    assertThat(offsets.size()).isOne();
  }

  @Test
  void removesOffsetsBelowOne() {
    for (long offset = 0; offset < 3 * CHUNK; offset += CHUNK / 2) {
      offsets.add(offset);
    }
    offsets.removeBefore(CHUNK + 1);

    assertThat(offsets.contains(CHUNK / 2)).isFalse();
    assertThat(offsets.contains(CHUNK)).isFalse();
    assertThat(offsets.contains(CHUNK + CHUNK / 2)).isTrue();
    assertThat(offsets.size()).isEqualTo(3);
  }

  @Test
  void forgetsLowestChunksBeyondItsLimit() {
    for (long chunk = 1_024; chunk >= 0; chunk--) {
      offsets.add(chunk * CHUNK);
    }

    assertThat(offsets.size()).isEqualTo(1_024);
    assertThat(offsets.contains(0)).isFalse();
    assertThat(offsets.contains(1_024 * CHUNK)).isTrue();
  }
}
