package dev.tidemill.cli;

import dev.tidemill.producer.source.SourceFormats;
import java.util.ListResourceBundle;

/** The parts of help texts that depend on what is on the class path: <code>${sources}</code>. */
final class HelpWords extends ListResourceBundle {
  @Override
  protected Object[][] getContents() {
    return new Object[][] {{"sources", SourceFormats.forms()}};
  }
}
