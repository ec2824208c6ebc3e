package dev.tidemill.engine;

/** An engine cannot compute a layer of the spec. */
public final class UnsupportedLayerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedLayerException(String engine, String layer, String type) {
    super("engine " + engine + " cannot compute layer " + layer + " (" + type + ")");
  }
}
