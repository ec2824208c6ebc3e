package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsCommandTest {
  @Test
  void printsTheSettingsPageOfTheDocs() throws IOException {
    Path page = Path.of(System.getProperty("tidemill.root", "../.."), "docs", "settings.md");

    assertThat(CommandResult.tidemill("settings").out())
        .as("docs/settings.md is stale; write it with: ./tidemill settings > docs/settings.md")
        .isEqualTo(Files.readString(page));
  }
}
