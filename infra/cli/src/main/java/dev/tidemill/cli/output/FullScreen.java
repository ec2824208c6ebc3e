package dev.tidemill.cli.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** A whole terminal that is drawn again and again, and keys that need no Enter. One thread. */
public final class FullScreen implements AutoCloseable {
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String RESET = "\u001b[0m";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final int ESCAPE = 0x1b;
  private static final long SEQUENCE_MILLIS = 50;

  private final Terminal terminal;
  private final Attributes before;

  private FullScreen(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.enterRawMode();
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    // A line that is too long is cut at the edge.
    terminal.writer().print(NO_WRAP);
  }

  /** Takes the process's terminal; empty if standard input or output is not a terminal. */
  public static Optional<FullScreen> open() {
    try {
      // Through stty; the other providers unpack a native library.
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              // Otherwise a pipe behind standard output would turn the screen to standard error.
              .systemOutput(TerminalBuilder.SystemOutput.SysOut)
              .exec(true)
              .jni(false)
              .ffm(false)
              .dumb(true)
              .nativeSignals(false)
              .build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new FullScreen(terminal));
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be used", e);
    }
  }

  /** Draws lines from the top; what does not fit is cut. */
  public void draw(List<ScreenLine> lines) {
    Size size = terminal.getSize();
    int height = Math.max(1, size.getRows());
    StringBuilder frame = new StringBuilder();
    terminal.puts(Capability.cursor_home);
    for (int i = 0; i < Math.min(height, lines.size()); i++) {
      ScreenLine line = lines.get(i);
      frame.append(i == 0 ? "" : "\r\n").append(CLEAR_LINE).append(line.kind().code());
      frame.append(line.text()).append(RESET);
    }
    if (lines.size() < height) {
      frame.append("\r\n").append(CLEAR_BELOW);
    }
    terminal.writer().print(frame);
    terminal.flush();
  }

  /** Waits for a key, at most this long. */
  public Key key(Duration timeout) {
    try {
      NonBlockingReader in = terminal.reader();
      int key = in.read(timeout.toMillis());
      return switch (key) {
        case 'q', 'Q', 3, NonBlockingReader.EOF -> Key.QUIT;
        case '\t' -> Key.NEXT;
        case ESCAPE -> arrow(in);
        default -> Key.NONE;
      };
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal is gone", e);
    }
  }

  private static Key arrow(NonBlockingReader in) throws IOException {
    int bracket = in.read(SEQUENCE_MILLIS);
    if (bracket != '[' && bracket != 'O') {
      return Key.NONE;
    }
    return switch (in.read(SEQUENCE_MILLIS)) {
      case 'A', 'D' -> Key.PREVIOUS;
      case 'B', 'C' -> Key.NEXT;
      default -> Key.NONE;
    };
  }

  /** Gives the terminal back as it was. */
  @Override
  public void close() {
    terminal.writer().print(WRAP);
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.setAttributes(before);
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be given back", e);
    }
  }

  /** What a person asked for. */
  public enum Key {
    NONE,
    QUIT,
    NEXT,
    PREVIOUS
  }
}
