package dev.tidemill.engine.dl4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegionTest {

  @Test
  void plansReuseTheSameMemory() {
    try (Region region = new Region();
        Workspace large = new Workspace(region)) {
      Floats first = large.scratch(1000);
      Floats second = large.scratch(3_000_000);
      try (Workspace small = new Workspace(region)) {
        assertThat(small.scratch(10).hasSameAddressAs(first)).isTrue();
        Floats later = small.scratch(2_000_000);
        assertThat(later.hasSameAddressAs(second)).isTrue();
      }
    }
  }

  @Test
  void allocationsOfOnePlanDoNotOverlap() {
    try (Region region = new Region();
        Workspace plan = new Workspace(region)) {
      Floats[] allocations = new Floats[300];
      for (int i = 0; i < allocations.length; i++) {
        allocations[i] = plan.scratch(i * 37L + 1);
        fill(allocations[i], i);
      }
      for (int i = 0; i < allocations.length; i++) {
        assertThat(allocations[i].buffer().get(0)).isEqualTo(i);
        assertThat(allocations[i].buffer().get(i * 37)).isEqualTo(i);
      }
    }
  }

  @Test
  void ownMemoryOfAPlanPersists() {
    try (Region region = new Region();
        Workspace first = new Workspace(region)) {
      Floats kept = first.allocate(100);
      fill(first.scratch(100), 1);
      try (Workspace second = new Workspace(region)) {
        fill(second.allocate(100), 2);
        fill(second.scratch(100), 3);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(kept.buffer().get(i)).isZero();
      }
    }
  }

  private static void fill(Floats floats, float value) {
    for (int i = 0; i < floats.length(); i++) {
      floats.buffer().put(i, value);
    }
  }
}
