package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.doctor.Finding.Result;
import org.junit.jupiter.api.Test;

class ClockSkewTest {
  @Test
  void takesTheMiddleBetweenSendingAndAcknowledgement() {
    assertThat(ClockSkew.of(1_000, 1_035, 1_010)).isEqualTo(new ClockSkew(30, 6));
    assertThat(ClockSkew.of(1_000, 975, 1_010)).isEqualTo(new ClockSkew(-30, 6));
  }

  @Test
  void warnsOnlyIfTheSkewIsCertain() {
    assertThat(new ClockSkew(1_001, 0).finding(1).result()).isEqualTo(Result.WARNING);
    assertThat(new ClockSkew(-1_001, 0).finding(1).result()).isEqualTo(Result.WARNING);
    assertThat(new ClockSkew(1_001, 2).finding(1).result()).isEqualTo(Result.OK);
    assertThat(new ClockSkew(600_002, 1).finding(1).result()).isEqualTo(Result.ERROR);
  }

  @Test
  void saysHowExactTheMeasureIs() {
    assertThat(new ClockSkew(-3, 2).finding(7).found())
        .isEqualTo("broker 7's clock is 3 ms behind this machine's, give or take 2 ms");
  }
}
