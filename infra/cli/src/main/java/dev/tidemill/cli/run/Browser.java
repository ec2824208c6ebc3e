package dev.tidemill.cli.run;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Opens an address in the user's browser. */
public final class Browser {
  private Browser() {}

  /**
   * Starts the program that the system has for this, and does not wait for it.
   *
   * @param say receives a sentence if there is none
   */
  public static void open(String address, Consumer<String> say) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    List<String> command =
        system.contains("mac")
            ? List.of("open", address)
            : system.contains("win")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
                : List.of("xdg-open", address);
    try {
      Process unused =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      say.accept("no browser can be opened from here; the address is " + address);
    }
  }
}
