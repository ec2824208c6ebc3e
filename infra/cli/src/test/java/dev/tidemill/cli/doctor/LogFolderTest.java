package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.doctor.Finding.Result;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFolderTest {
  @ParameterizedTest
  @CsvSource({
    "'', 1000, 100, OK",
    "'', 1000, 99, WARNING",
    "'', 1000, 20, WARNING",
    "'', 1000, 19, ERROR",
    "'', 1000, 0, ERROR",
    "'', -1, -1, NOT_CHECKED",
    "disk failed, 1000, 900, ERROR"
  })
  void judgesByTheShareThatIsLeft(String fault, long total, long usable, Result result) {
    Finding finding = new LogFolder(2, "/log", fault, total, usable).finding();

    assertThat(finding.result()).isEqualTo(result);
    assertThat(finding.found()).startsWith("broker 2 /log").contains(fault);
  }
}
