package dev.tidemill.dashboard;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.UnauthorizedResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, and what a browser may do with the page: nothing is loaded from, or sent to,
 * another host, and no other site can use a visitor's browser to read or to steer.
 */
final class AccessRules {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final String BEARER = "Bearer ";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final DashboardSettings settings;

  AccessRules(DashboardSettings settings) {
    this.settings = settings;
  }

  /** Runs before each request; throws if it is not allowed. */
  void before(Context context) {
    context.header("Content-Security-Policy", POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cache-Control", "no-store");
    requireHost(context);
    requireNotFromAnotherSite(context);
    if (!context.method().name().equals("GET") && !context.method().name().equals("HEAD")) {
      requireSameOrigin(context);
      requireToken(context);
    }
  }

  /**
   * On the loopback address, only a request that names it is answered: another site's name may
   * resolve to it (DNS rebinding).
   */
  private void requireHost(Context context) {
    @Nullable String host = context.header("Host");
    boolean isLoopback = LOOPBACK.contains(settings.host()) || settings.host().equals("::1");
    if (isLoopback && (host == null || !LOOPBACK.contains(host.replaceFirst(":[0-9]+$", "")))) {
      throw new ForbiddenResponse("this page is at " + settings.host() + " only");
    }
  }

  /** Another site cannot read an answer, but could have the dashboard work for nothing. */
  private static void requireNotFromAnotherSite(Context context) {
    boolean isCrossSite = "cross-site".equals(context.header("Sec-Fetch-Site"));
    if (isCrossSite && context.path().startsWith("/api/")) {
      throw new ForbiddenResponse("another site may not ask");
    }
  }

  private static void requireSameOrigin(Context context) {
    @Nullable String origin = context.header("Origin");
    if (origin != null && !authority(origin).equals(context.header("Host"))) {
      throw new ForbiddenResponse("another site may not send commands");
    }
    @Nullable String type = context.header("Content-Type");
    if (type == null || !type.startsWith("application/json")) {
      throw new ForbiddenResponse("the body must be application/json");
    }
  }

  private static String authority(String origin) {
    try {
      return String.valueOf(new URI(origin).getAuthority());
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private void requireToken(Context context) {
    if (settings.token().isEmpty()) {
      throw new ForbiddenResponse(
          "this page is read-only; start the dashboard with --token-file to steer");
    }
    @Nullable String given = context.header("Authorization");
    byte[] expected = (BEARER + settings.token().get()).getBytes(StandardCharsets.UTF_8);
    byte[] actual = String.valueOf(given).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, actual)) {
      throw new UnauthorizedResponse("the token is missing or wrong");
    }
  }
}
