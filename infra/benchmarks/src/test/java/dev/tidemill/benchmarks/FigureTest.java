package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FigureTest {

  @Test
  void hasThreeSignificantDigits() {
    assertThat(new Figure(2.1349, 2.05, 12.36, "ms").toString()).isEqualTo("2.13 ms (2.05–12.4)");
    assertThat(new Figure(0.012345, 0.01, 0.02, "ms").toString())
        .isEqualTo("0.0123 ms (0.0100–0.0200)");
    assertThat(new Figure(1234567.8, 999.6, 2e6, "samples/s").toString())
        .isEqualTo("1,234,568 samples/s (1,000–2,000,000)");
  }

  @Test
  void aSingleValueHasNoSpread() {
    assertThat(Figure.once(0, "B").toString()).isEqualTo("0 B");
    assertThat(Figure.once(3, "×").toString()).isEqualTo("3.00×");
  }

  @Test
  void rejectsAFigureOfNoRounds() {
    assertThatThrownBy(() -> Figure.of(new double[0], "ms"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rejectsADivisorThatIsNotPositive() {
    assertThat(Figure.quotient(3, 2, "b")).isEqualTo(1.5);
    for (double nothing : new double[] {0, -1, Double.NaN}) {
      assertThatThrownBy(() -> Figure.quotient(3, nothing, "Python loop"))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("Python loop");
    }
  }
}
