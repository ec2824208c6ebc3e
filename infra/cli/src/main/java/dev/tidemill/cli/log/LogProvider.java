package dev.tidemill.cli.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** SLF4J's provider of this command line: slf4j-simple behind {@link FormattingLogger}s. */
public final class LogProvider implements SLF4JServiceProvider {
  /** SLF4J reads the name of the provider from this system property. */
  private static final String PROPERTY = "slf4j.provider";

  /** Otherwise SLF4J says on standard error that it follows that property. */
  private static final String VERBOSITY = "slf4j.internal.verbosity";

  private final SimpleServiceProvider simple = new SimpleServiceProvider();
  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

  /** Makes SLF4J use this provider; call it before the first logger is created. */
  public static void install() {
    System.setProperty(PROPERTY, LogProvider.class.getName());
    System.setProperty(VERBOSITY, "WARN");
  }

  @Override
  public void initialize() {
    simple.initialize();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    ILoggerFactory text = simple.getLoggerFactory();
    return name ->
        loggers.computeIfAbsent(name, added -> new FormattingLogger(added, text.getLogger(added)));
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return simple.getMarkerFactory();
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return simple.getMDCAdapter();
  }

  @Override
  public String getRequestedApiVersion() {
    return simple.getRequestedApiVersion();
  }
}
