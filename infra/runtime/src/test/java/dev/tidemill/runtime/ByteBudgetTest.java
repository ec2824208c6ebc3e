package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  @Test
  void hasRoomUntilAllBytesAreReserved() {
    ByteBudget budget = new ByteBudget(100, 10);

    budget.reserve(99);
    assertThat(budget.hasRoom()).isTrue();
    budget.reserve(50);
    assertThat(budget.hasRoom()).isFalse();
    assertThat(budget.reservedBytes()).isEqualTo(149);

    budget.release(99);
    assertThat(budget.hasRoom()).isTrue();
    assertThat(budget.reservedBytes()).isEqualTo(50);
  }

  @Test
  void hasRoomUntilAllReservationsAreMade() {
    ByteBudget budget = new ByteBudget(100, 2);

    budget.reserve(0);
    budget.reserve(0);
    assertThat(budget.hasRoom()).isFalse();
    assertThat(budget.reservedCount()).isEqualTo(2);

    budget.release(0);
    assertThat(budget.hasRoom()).isTrue();
  }

  @Test
  void rejectsReleasingMoreThanReserved() {
    ByteBudget budget = new ByteBudget(100, 2);
    budget.reserve(10);

    assertThatThrownBy(() -> budget.release(11))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("11 bytes");
    budget.release(10);
    assertThatThrownBy(() -> budget.release(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> budget.reserve(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ByteBudget(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
