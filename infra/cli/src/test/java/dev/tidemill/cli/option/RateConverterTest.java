package dev.tidemill.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RateConverterTest {
  @Test
  void readsANumberWithOrWithoutItsUnit() {
    assertThat(new RateConverter().convert("500")).isEqualTo(500);
    assertThat(new RateConverter().convert("0.5/s")).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1/s", "NaN", "Infinity", "1e999"})
  void rejectsRatesThatAreNotPositiveAndFinite(String text) {
    assertThatThrownBy(() -> new RateConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s", "fast", "5/m"})
  void showsAnExampleIfTheTextIsNotARate(String text) {
    assertThatThrownBy(() -> new RateConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("500/s");
  }
}
