package dev.tidemill.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeCacheTest {
  @Test
  void variableSetsTheFolder() {
    assertThat(
            folder(Map.of("TIDEMILL_CACHE", "/here", "XDG_CACHE_HOME", "/x", "HOME", "/h"), "/u"))
        .isEqualTo("/here");
  }

  @Test
  void defaultIsBelowTheUsersCacheOrHome() {
    assertThat(folder(Map.of("XDG_CACHE_HOME", "/x", "HOME", "/h"), "/u")).isEqualTo("/x/tidemill");
    assertThat(folder(Map.of("HOME", "/h"), "/u")).isEqualTo("/h/.cache/tidemill");
    assertThat(folder(Map.of("TIDEMILL_CACHE", "", "HOME", ""), "/u"))
        .isEqualTo("/u/.cache/tidemill");
  }

  @Test
  void explainsMissingHome() {
    for (String unknown : new String[] {"?", ""}) {
      assertThatThrownBy(() -> NativeCache.of(Map.of(), unknown))
          .isInstanceOf(NativeLibraryException.class)
          .hasMessage(
              "cannot find a folder for native libraries because HOME is not set; set"
                  + " TIDEMILL_CACHE to a folder that this user may write to");
    }
  }

  private static String folder(Map<String, String> environment, String userHome) {
    return NativeCache.of(environment, userHome).folder().toString();
  }
}
