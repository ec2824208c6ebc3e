package dev.tidemill.pipeline;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A headless Chromium of this machine, and what its pages did that they must not do. */
final class Browser implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser browser;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  private Browser(Path program) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program)
                    // Chromium does not run in its sandbox as root.
                    .setArgs(List.of("--no-sandbox")));
  }

  /** Where Chromium is; empty if this machine has none. */
  static Optional<Path> program() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  static Browser start() {
    return new Browser(program().orElseThrow());
  }

  /** Opens a page that keeps to a host, and writes errors to {@link #faults}. */
  Page open(String address, int width, int height, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme));
    Page page = context.newPage();
    String host = URI.create(address).getHost();
    page.onConsoleMessage(
        message -> {
          if (!message.type().equals("log") && !message.type().equals("info")) {
            faults.add("console " + message.type() + ": " + message.text());
          }
        });
    page.onPageError(error -> faults.add("script: " + error));
    page.onRequest(
        request -> {
          URI to = URI.create(request.url());
          if (!"data".equals(to.getScheme()) && !host.equals(to.getHost())) {
            faults.add("request to another host: " + request.url());
          }
        });
    var unused = page.navigate(address);
    return page;
  }

  /** Returns the violations of accessibility rules on a page. */
  static List<String> violations(Page page) {
    return new AxeBuilder(page)
        .analyze().getViolations().stream()
            .flatMap(
                rule ->
                    rule.getNodes().isEmpty()
                        ? Stream.of(rule.getId())
                        : rule.getNodes().stream()
                            .map(node -> rule.getId() + ": " + node.getHtml()))
            .toList();
  }

  /** Console errors, script errors and requests that left the host. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Closes all pages, which would go on to draw. */
  void closePages() {
    List.copyOf(browser.contexts()).forEach(BrowserContext::close);
  }

  @Override
  public void close() {
    try (playwright) {
      browser.close();
    }
  }
}
