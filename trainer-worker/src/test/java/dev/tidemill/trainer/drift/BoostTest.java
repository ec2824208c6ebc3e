package dev.tidemill.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoostTest {
  private final Boost boost = new Boost();

  @Test
  void risesInItsFirstQuarterAndEnds() {
    assertThat(boost.factor()).isEqualTo(1);
    boost.begin(3, 400);
    assertThat(boost.isUnderWay()).isFalse();
    assertThat(boost.factor()).isEqualTo(1);
    assertThat(boost.trained(50)).isFalse();
    assertThat(boost.isUnderWay()).isTrue();
    assertThat(boost.factor()).isEqualTo(2);
    assertThat(boost.trained(50)).isFalse();
    assertThat(boost.factor()).isEqualTo(3);
    assertThat(boost.trained(299)).isFalse();
    assertThat(boost.factor()).isEqualTo(3);
    assertThat(boost.trained(50)).isTrue();
    assertThat(boost.factor()).isEqualTo(1);
    assertThat(boost.target()).isEqualTo(1);
    assertThat(boost.newestTarget()).isEqualTo(3);
  }

  @Test
  void continuesWithinTheWarmUp() {
    boost.begin(5, 1000);
    boolean unused = boost.trained(125);
    Boost continued = new Boost();
    continued.restore(new double[] {5, 1000, 875});
    assertThat(continued.state()).isEqualTo(boost.state());
    assertThat(continued.factor()).isEqualTo(boost.factor()).isEqualTo(3);
  }

  /** A version from before may have a part of the factor, and must be told from an operator's. */
  @Test
  void remembersWhatItReachedIfItIsEnded() {
    boost.begin(3, 400);
    boolean unused = boost.trained(50);
    boost.end();
    assertThat(boost.factor()).isEqualTo(1);
    assertThat(boost.newestTarget()).isEqualTo(2);
  }

  @Test
  void theShortestOneHasStepsWithTheWholeFactor() {
    boost.begin(3, Boost.leastSamples(32));
    assertThat(boost.trained(32)).isFalse();
    assertThat(boost.factor()).isEqualTo(3);
  }
}
