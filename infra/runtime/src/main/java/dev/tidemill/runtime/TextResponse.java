package dev.tidemill.runtime;

import java.nio.charset.StandardCharsets;

/** An HTTP response with a text body. */
record TextResponse(int status, String contentType, String text) {
  static final TextResponse BAD_REQUEST = plain(400, "Bad Request");
  static final TextResponse NOT_FOUND = plain(404, "Not Found");
  static final TextResponse METHOD_NOT_ALLOWED = plain(405, "Method Not Allowed");
  static final TextResponse ERROR = plain(500, "Internal Server Error");

  private static TextResponse plain(int status, String reason) {
    return new TextResponse(status, "text/plain", reason + "\n");
  }

  /** Returns the encoded head and, on request, the body. HTTP needs no reason phrase. */
  byte[] bytes(boolean withBody) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("HTTP/1.1 "
                + status
                + " \r\nContent-Type: "
                + contentType
                + "; charset=utf-8\r\nContent-Length: "
                + body.length
                + "\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + (withBody ? body.length : 0)];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, all.length - head.length);
    return all;
  }
}
