package dev.tidemill.cli.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Logs as slf4j-simple does, or the same lines as JSON. The levels are those of slf4j-simple. */
final class FormattingLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  private final transient Logger text;

  FormattingLogger(String name, Logger text) {
    this.name = name;
    this.text = text;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable error) {
    String message = MessageFormatter.basicArrayFormat(pattern, arguments);
    if (LogFormat.isJson()) {
      System.err.println(JsonLine.of(Instant.now(), level, name, message, error));
      return;
    }
    switch (level) {
      case ERROR -> text.error(message, error);
      case WARN -> text.warn(message, error);
      case INFO -> text.info(message, error);
      case DEBUG -> text.debug(message, error);
      case TRACE -> text.trace(message, error);
    }
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return text.isTraceEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return text.isDebugEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return text.isInfoEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return text.isWarnEnabled();
  }

  @Override
  public boolean isErrorEnabled() {
    return text.isErrorEnabled();
  }
}
