package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are read as Java reads them, bit for bit, and nothing else is a number. */
class NumberTextTest {
  @RepeatedTest(20)
  void readsTheSameBitsAsJava(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    for (int i = 0; i < 10_000; i++) {
      String text = text(random);
      assertThat(Double.doubleToRawLongBits(NumberText.parse(text)))
          .as(text)
          .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    }
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
    int digits = 1 + random.nextInt(18);
    int point = random.nextInt(digits + 3);
    for (int i = 0; i < digits; i++) {
      text.append(i == point ? "." : "").append(random.nextInt(10));
    }
    text.append(point == digits ? "." : "");
    return text.append(random.nextInt(8) == 0 ? "e" + (random.nextInt(30) - 15) : "").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "-0.0", ".5", "5.", " 7 ", "+3", "1e3", "999999999999999"})
  void readsPlainNumbers(String text) {
    assertThat(Double.doubleToRawLongBits(NumberText.parse(text)))
        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-",
        ".",
        "-.",
        "1.2.3",
        "1-2",
        "--1",
        "1d",
        "1f",
        "0x1p3",
        "NaN",
        "Infinity",
        "1e39",
        "1,5",
        "red",
        "1 2",
        "٣"
      })
  void readsNothingElse(String text) {
    assertThat(NumberText.parse(text)).isNaN();
  }
}
