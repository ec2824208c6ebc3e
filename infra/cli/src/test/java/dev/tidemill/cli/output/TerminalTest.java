package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final String UP_AND_CLEAR = "F\u001b[J";
  private static final String CUT = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final StringWriter written = new StringWriter();

  @Test
  void drawsNothingInAPipe() {
    Terminal terminal = terminal(false);
    terminal.draw("a\nb");
    terminal.line("stays");

    assertThat(written.toString()).isEqualTo("stays" + System.lineSeparator());
  }

  @Test
  void drawingReplacesAllDrawnLines() {
    Terminal terminal = terminal(true);
    terminal.draw("a\nb");
    terminal.draw("c");

    assertThat(written.toString())
        .isEqualTo(CUT + "a\nb\n" + WRAP + "\u001b[2" + UP_AND_CLEAR + CUT + "c\n" + WRAP);
  }

  @Test
  void printsLinesAboveWhatIsDrawn() {
    Terminal terminal = terminal(true);
    terminal.draw("bar");
    terminal.line("stays");
    terminal.line("this, too");

    assertThat(written.toString())
        .isEqualTo(
            CUT
                + "bar\n"
                + WRAP
                + "\u001b[1"
                + UP_AND_CLEAR
                + "stays%nthis, too%n".replace("%n", System.lineSeparator()));
  }

  @Test
  void drawingAnEmptyTextErases() {
    Terminal terminal = terminal(true);
    terminal.draw("bar");
    terminal.draw("");
    terminal.line("result");

    assertThat(written.toString())
        .isEqualTo(
            CUT + "bar\n" + WRAP + "\u001b[1" + UP_AND_CLEAR + "result" + System.lineSeparator());
  }

  private Terminal terminal(boolean interactive) {
    return new Terminal(new PrintWriter(written, true), interactive);
  }
}
